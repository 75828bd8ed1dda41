package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.option.AiServerFiles;
import aifactory.commandline.option.AiServerOption;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.PlacementOptions;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupCreated;
import aifactory.protocol.GroupRequest;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code aifactory group create}. */
@Command(name = "create", description = "Create a group: its client processes start and register.")
public final class GroupCreateCommand extends ServiceVerb {
    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    @Option(
            names = "--num-clients",
            paramLabel = "N",
            required = true,
            converter = CountConverter.ClientsOrNone.class,
            description = "client processes; 0 for only servers, which other groups use")
    private long numClients;

    @Option(
            names = "--time-limit",
            paramLabel = "MINUTES",
            converter = CountConverter.Minutes.class,
            description = "time after which the group ends in any case; default: the service's")
    private @Nullable Long timeLimit;

    @Option(
            names = "--idle-timeout",
            paramLabel = "MINUTES",
            converter = CountConverter.Minutes.class,
            description = "time without a run after which the group ends; default: the service's")
    private @Nullable Long idleTimeout;

    @Option(
            names = "--min-clients",
            paramLabel = "N",
            converter = CountConverter.Clients.class,
            description = "registered clients that make the group ready; default: all")
    private @Nullable Long minClients;

    @Option(
            names = "--ai-server",
            paramLabel = "URL",
            split = ",",
            converter = AiServerOption.class,
            description = "AI server to measure; repeatable; default: the service's")
    private @Nullable List<URI> aiServers;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "benchmark file (YAML) with the 'server' block and placement of the group")
    private @Nullable String file;

    @Option(names = "--dry-run", description = "only show what would be submitted")
    private boolean dryRun;

    @Mixin
    private PlacementOptions placement = new PlacementOptions();

    public GroupCreateCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        if (dryRun) {
            JsonNode preview = service.previewGroup(id, request());
            if (format.isJson()) {
                OutputFormat.printJson(session, preview);
            } else {
                session.out().print(preview.path("script").asString());
            }
            return 0;
        }
        GroupCreated created = service.createGroup(id, request());
        if (format.isJson()) {
            OutputFormat.printJson(session, created);
        } else {
            for (String note : created.notes() == null ? List.<String>of() : created.notes()) {
                session.note(note);
            }
            session.out()
                    .println("group " + created.benchmarkId() + " created with " + created.numClients()
                            + " clients" + (created.jobId() == null ? "" : ", job " + created.jobId())
                            + "; 'aifactory wait " + created.benchmarkId() + " --for ready' waits for them");
        }
        return 0;
    }

    private GroupRequest request() {
        BenchmarkFile asked = file == null ? BenchmarkFile.empty() : BenchmarkFile.read(session.resolve(file));
        List<URI> running = AiServerFiles.expand(session, aiServers == null ? asked.aiServers() : aiServers);
        return placement
                .over(asked.placement())
                .request(
                        Math.toIntExact(numClients),
                        integer(timeLimit == null ? asked.timeLimitMinutes() : timeLimit),
                        running.isEmpty()
                                ? null
                                : running.stream().map(URI::toString).toList(),
                        integer(minClients),
                        integer(idleTimeout),
                        aiServers == null ? asked.server() : null);
    }

    private static @Nullable Integer integer(@Nullable Long number) {
        return number == null ? null : Math.toIntExact(number);
    }
}
