package aifactory.commandline.verb;

import aifactory.capacity.CapacityResult;
import aifactory.commandline.campaign.Sweep;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import aifactory.reporting.campaign.CampaignDocument;
import aifactory.reporting.campaign.CampaignTable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory sweep}. */
@Command(
        name = "sweep",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Run a campaign: every step of the file's 'sweep', or with --find-capacity as many steps as it takes to"
                    + " find",
            "the highest load that meets the targets of its 'find_capacity'. An interrupted campaign is",
            "resumed when the same command is run again."
        })
public final class SweepCommand extends Verb implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "campaign file (YAML)")
    private String file = "";

    @Option(names = "--find-capacity", description = "search for the highest load that meets the targets")
    private boolean findCapacity;

    @Option(
            names = "--dispatcher",
            paramLabel = "KIND",
            converter = DispatcherKind.Converter.class,
            completionCandidates = DispatcherKind.Converter.class,
            description =
                    "what starts the clients: ${COMPLETION-CANDIDATES}; default: local, and allocation inside a job")
    private @Nullable DispatcherKind dispatcher;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "directory of the campaign; default: results/ and the file's name without its extension")
    private @Nullable String output;

    @Option(names = "--dry-run", description = "only show what would be run, and for how long")
    private boolean dryRun;

    @Mixin
    private OutputFormat format = new OutputFormat();

    @Mixin
    private ServiceOptions serviceOptions = new ServiceOptions();

    private final Session session;
    private final Configuration configuration;

    public SweepCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "warn");
        Path path = session.resolve(file);
        Sweep sweep = Sweep.read(session, configuration, path, findCapacity, dispatcher);
        if (dryRun) {
            session.out().print(sweep.preview());
            return ExitCode.DONE.number();
        }
        Path directory = output == null ? usualDirectory(path) : session.resolve(output);
        CampaignDocument campaign = sweep.run(directory, serviceOptions, format.isJson());
        if (format.isJson()) {
            OutputFormat.printJson(session, campaign);
        } else {
            session.out().println();
            session.out().print(CampaignTable.render(campaign, session.columns()));
            session.out().println();
            session.out().println("Page:   " + directory.resolve(Sweep.PAGE));
            session.out().println("Files:  " + directory);
        }
        return verdict(campaign).number();
    }

    private Path usualDirectory(Path path) {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return session.workingDirectory().resolve("results").resolve(dot > 0 ? name.substring(0, dot) : name);
    }

    /** A capacity that was not found is a check that failed; steps that say nothing make the campaign not valid. */
    private static ExitCode verdict(CampaignDocument campaign) {
        CapacityResult found = campaign.capacity();
        if (found != null) {
            return switch (found.kind()) {
                case FOUND, ABOVE_HIGHEST -> ExitCode.DONE;
                case BELOW_LOWEST -> ExitCode.CHECK_FAILED;
                case WIDE, LIMITED_BY_CLIENTS, FAILED, SERVER_LOST -> ExitCode.NOT_VALID;
            };
        }
        return campaign.steps().stream().allMatch(CampaignDocument.Step::valid) ? ExitCode.DONE : ExitCode.NOT_VALID;
    }
}
