package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.VerboseOption;
import aifactory.commandline.session.Session;
import aifactory.protocol.JobList;
import aifactory.protocol.JobView;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory jobs}. */
@Command(name = "jobs", description = "List the jobs of groups with their states and the reasons for waiting.")
public final class JobsCommand extends ServiceVerb {
    private static final int DELETED = 50;
    private static final int REASON_CHARACTERS = 100;

    @Option(names = "--all", description = "also show the last 50 jobs of deleted groups")
    private boolean all;

    @Mixin
    VerboseOption verbose = new VerboseOption();

    public JobsCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        JobList list = service.jobs(all ? DELETED : 0);
        verbose.show(session, list.nativeCommands());
        if (format.isJson()) {
            OutputFormat.printJson(session, list);
            return 0;
        }
        if (list.jobs().isEmpty()) {
            session.out().println(all ? "no jobs" : "no jobs; --all shows those of deleted groups");
            return 0;
        }
        Instant now = session.instants().instant();
        TextTable table = new TextTable("JOB", "GROUP", "STATE", "CLIENTS", "AGE", "LEFT", "WHY");
        for (JobView job : list.jobs()) {
            boolean ended = job.status().isTerminal();
            table.row(
                    orDash(job.jobId()),
                    job.benchmarkId(),
                    state(job),
                    job.registered() + "/" + job.numClients(),
                    Ages.since(job.createdAt(), now),
                    ended ? "-" : Ages.until(job.endsAt(), now),
                    shortened(orDash(job.reason())));
        }
        session.out().print(table);
        return 0;
    }

    /** The group's, and the job's where that says more. */
    private static String state(JobView job) {
        String group = job.status().name().toLowerCase(Locale.ROOT);
        String word = job.jobState();
        return (word == null || word.equalsIgnoreCase(group) ? group : group + " (" + word + ")")
                + (job.live() ? "" : ", deleted");
    }

    private static String orDash(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }

    private static String shortened(String text) {
        return text.length() <= REASON_CHARACTERS ? text : text.substring(0, REASON_CHARACTERS - 1) + "…";
    }
}
