package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.VerboseOption;
import aifactory.commandline.session.Session;
import aifactory.protocol.CleanupRequest;
import aifactory.protocol.CleanupView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory cleanup}. */
@Command(
        name = "cleanup",
        description = {
            "Cancel jobs that outlived their groups, by their recorded ids, and delete old logs except those of"
                    + " running",
            "jobs. --dry-run shows what would be done."
        })
public final class CleanupCommand extends ServiceVerb {
    @Option(names = "--dry-run", description = "only show what would be done")
    private boolean dryRun;

    @Option(names = "--all", description = "also delete all groups, which cancels all jobs")
    private boolean all;

    @Option(
            names = "--older-than",
            paramLabel = "DAYS",
            converter = CountConverter.Days.class,
            description = "minimum age of the logs to delete; default: 7")
    private Long olderThan = 7L;

    @Mixin
    VerboseOption verbose = new VerboseOption();

    public CleanupCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        CleanupView view = service.cleanUp(new CleanupRequest(dryRun, all, olderThan.intValue()));
        verbose.show(session, view.nativeCommands());
        boolean complete = isComplete(view);
        if (format.isJson()) {
            OutputFormat.printJson(session, view);
            return complete ? 0 : 1;
        }
        if (view.jobs().isEmpty() && view.logs().isEmpty()) {
            session.out().println("nothing to clean up");
            return 0;
        }
        if (!view.jobs().isEmpty()) {
            TextTable jobs = new TextTable("JOB", "GROUP", "BECAUSE", "OUTCOME");
            view.jobs().forEach(job -> jobs.row(job.jobId(), job.benchmarkId(), job.why(), job.outcome()));
            session.out().print(jobs);
        }
        if (!view.logs().isEmpty()) {
            TextTable logs = new TextTable("LOG", "BYTES", "DAYS OLD", "OUTCOME");
            view.logs().forEach(log -> logs.row(log.path(), log.sizeBytes(), log.ageDays(), log.outcome()));
            session.out().print(logs);
        }
        if (dryRun) {
            session.out().println("nothing was done; without --dry-run it is");
        }
        return complete ? 0 : 1;
    }

    private static boolean isComplete(CleanupView view) {
        List<String> outcomes = new ArrayList<>();
        view.jobs().forEach(job -> outcomes.add(job.outcome()));
        view.logs().forEach(log -> outcomes.add(log.outcome()));
        return outcomes.stream().noneMatch(outcome -> outcome.startsWith("not ") || outcome.startsWith("cannot "));
    }
}
