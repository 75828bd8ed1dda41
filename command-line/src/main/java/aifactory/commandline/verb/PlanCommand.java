package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.load.ServerSizing;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.VerboseOption;
import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.PlanView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code aifactory plan}. */
@Command(
        name = "plan",
        sortOptions = false,
        description = {
            "Show which resources a group needs, where it fits and when it could start, without submitting it.",
            "The exit code is 1 when it fits no accessible partition."
        })
public final class PlanCommand extends ServiceVerb {
    private static final double GIBIBYTE = 1 << 30;

    @Option(
            names = "--num-clients",
            paramLabel = "N",
            converter = CountConverter.Clients.class,
            description = "client processes, one per node; default: the file's")
    private @Nullable Long numClients;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "benchmark file (YAML), whose servers and model memory are included")
    private @Nullable String file;

    @Option(
            names = "--gpu-memory-gib",
            paramLabel = "GIB",
            description = "memory of one GPU, to check whether the file's model fits")
    private @Nullable Double gpuMemoryGib;

    @Option(
            names = "--cpus",
            paramLabel = "C",
            converter = CountConverter.Clients.class,
            description = "CPUs of each client; default: 4")
    private Long cpus = 4L;

    @Option(names = "--mem", paramLabel = "M", description = "memory of each client, such as 8G; default: 8G")
    private String mem = "8G";

    @Option(
            names = "--time-limit",
            paramLabel = "MINUTES",
            converter = CountConverter.Minutes.class,
            description = "time limit of the job; default: 5")
    private Long timeLimit = 5L;

    @Option(names = "--partition", paramLabel = "NAME", description = "partition; default: the cluster's")
    private @Nullable String partition;

    @Option(names = "--qos", paramLabel = "NAME", description = "quality of service")
    private @Nullable String qos;

    @Option(names = "--account", paramLabel = "NAME", description = "account")
    private @Nullable String account;

    @Option(names = "--gres", paramLabel = "LIST", description = "generic resources of each client, such as gpu:1")
    private @Nullable String gres;

    @Option(names = "--constraint", paramLabel = "LIST", description = "features that each node must have")
    private @Nullable String constraint;

    @Mixin
    VerboseOption verbose = new VerboseOption();

    public PlanCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        BenchmarkFile asked = asked();
        PlanView plan = service.plan(query(asked));
        ServerSizing sizing = asked.server() == null ? null : ServerSizing.of(asked.server(), gpuMemoryGib);
        verbose.show(session, plan.nativeCommands());
        if (format.isJson()) {
            ObjectNode whole = JsonFormat.mapper().valueToTree(plan);
            if (sizing != null) {
                whole.set("server_sizing", JsonFormat.mapper().valueToTree(sizing));
            }
            OutputFormat.printJson(session, whole);
        } else {
            print(plan);
            print(sizing);
        }
        return plan.fits() && (sizing == null || !Boolean.FALSE.equals(sizing.fits())) ? 0 : 1;
    }

    private BenchmarkFile asked() {
        if (file == null && numClients == null) {
            throw CommandFailure.wrongInput("how many clients? Give --num-clients N, or a benchmark file with -f");
        }
        return file == null ? BenchmarkFile.empty() : BenchmarkFile.read(session.resolve(file));
    }

    private void print(@Nullable ServerSizing sizing) {
        if (sizing != null) {
            session.out().println();
            session.out().println("The servers' memory:");
            sizing.lines().forEach(line -> session.out().println("  " + line));
        }
    }

    private Map<String, String> query(BenchmarkFile asked) {
        Map<String, String> query = new LinkedHashMap<>();
        long clients = numClients != null ? numClients : asked.numClients() == null ? 1 : asked.numClients();
        query.put("num_clients", Long.toString(clients + ServerSizing.nodes(asked.server())));
        query.put("cpus", cpus.toString());
        query.put("mem", mem);
        query.put("time_limit", timeLimit.toString());
        put(query, "partition", partition == null ? asked.placement().partition() : partition);
        put(query, "qos", qos);
        put(query, "account", account);
        put(query, "gres", gres);
        put(query, "constraint", constraint);
        return query;
    }

    private static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }

    private void print(PlanView plan) {
        Instant now = session.instants().instant();
        session.out().println(plan.verdict());
        session.out().println();
        TextTable facts = new TextTable("PLAN", "");
        facts.row("nodes", plan.numClients());
        facts.row("CPUs", plan.totalCpus() + " (" + plan.cpus() + " each)");
        facts.row(
                "memory",
                String.format(Locale.ROOT, "%.0f GiB (%s each)", plan.totalMemoryBytes() / GIBIBYTE, plan.mem()));
        facts.row("time limit", plan.timeLimit() + " min");
        facts.row(
                "cost at most",
                String.format(Locale.ROOT, "%.2f node hours, %.2f CPU hours", plan.nodeHours(), plan.cpuHours()));
        facts.row("start", plan.expectedStart() == null ? plan.startWords() : Ages.at(plan.expectedStart(), now));
        session.out().print(facts);
        session.out().println();
        TextTable table = new TextTable("PARTITION", "NODES", "SUITABLE", "IDLE", "LIMIT", "");
        for (PlanView.Offer offer : plan.partitions()) {
            table.row(
                    offer.partition(),
                    offer.nodes(),
                    offer.fitting(),
                    offer.idle(),
                    offer.timeLimit() == null ? "none" : offer.timeLimit() + " min",
                    offer.obstacles().isEmpty() ? "fits" : String.join("; ", offer.obstacles()));
        }
        session.out().print(table);
        plan.partitions()
                .forEach(offer -> offer.shapes()
                        .forEach(shape -> session.out().println("  " + offer.partition() + ": " + shape)));
    }
}
