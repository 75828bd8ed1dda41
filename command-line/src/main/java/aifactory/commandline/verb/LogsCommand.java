package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.follow.LogFollower;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.VerboseOption;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupLogs;
import aifactory.protocol.JobView;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.LogFinding;
import aifactory.protocol.LogView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory logs}. */
@Command(
        name = "logs",
        description = {
            "Show the last lines of a group's logs and the errors in them, also of a group that has ended.",
            "Without an id: of every group, and of the last 10 deleted groups.",
            "With --follow: then each new line of every process, until the job ends."
        })
public final class LogsCommand extends ServiceVerb {
    private static final int DELETED = 10;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private @Nullable Long id;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            converter = CountConverter.LogLines.class,
            description = "lines of each file; default: 10")
    private Long lines = 10L;

    @Option(names = "--follow", description = "print new lines until the job ends; requires the id of a group")
    private boolean follow;

    @Mixin
    VerboseOption verbose = new VerboseOption();

    public LogsCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    void check() {
        if (follow && id == null) {
            throw CommandFailure.wrongInput("--follow requires the id of a group: aifactory logs ID --follow");
        }
    }

    @Override
    int call(ServiceClient service) {
        if (follow && id != null) {
            return follow(service, id);
        }
        List<GroupLogs> all = new ArrayList<>();
        if (id != null) {
            all.add(service.logs(id, lines));
        } else {
            Set<Long> ids = new LinkedHashSet<>();
            for (JobView job : service.jobs(DELETED).jobs()) {
                ids.add(job.benchmarkId());
            }
            ids.forEach(group -> all.add(service.logs(group, lines)));
        }
        all.forEach(logs -> verbose.show(session, logs.nativeCommands()));
        if (format.isJson()) {
            OutputFormat.printJson(session, id == null ? all : all.getFirst());
            return 0;
        }
        if (all.isEmpty()) {
            session.out().println("no groups, so no logs");
        }
        all.forEach(this::print);
        printFindings(
                session, all.stream().flatMap(logs -> logs.findings().stream()).toList());
        return 0;
    }

    private int follow(ServiceClient service, long group) {
        verbose.show(session, service.logsAfter(group, List.of()).nativeCommands());
        LogFollower.Sink sink = format.isJson() ? new JsonLines(session) : new PrefixedLines(session);
        try (ProgressDisplay display = ProgressDisplay.of(session, format.isJson())) {
            new LogFollower(session, service, sink).follow(group, lines, display);
        }
        return 0;
    }

    /** Each line after the name of its file. */
    private record PrefixedLines(Session session) implements LogFollower.Sink {
        @Override
        public void line(String path, String line) {
            session.out().println(path.substring(path.lastIndexOf('/') + 1) + ": " + line);
            session.out().flush();
        }

        @Override
        public void note(String text) {
            session.err().println(text);
        }
    }

    /** One JSON object for each line. */
    private record JsonLines(Session session) implements LogFollower.Sink {
        @Override
        public void line(String path, String line) {
            session.out().println(JsonFormat.mapper().writeValueAsString(Map.of("path", path, "line", line)));
            session.out().flush();
        }

        @Override
        public void note(String text) {
            session.err().println(text);
        }
    }

    private void print(GroupLogs logs) {
        session.out()
                .println("group " + logs.benchmarkId() + " ("
                        + logs.status().name().toLowerCase(Locale.ROOT)
                        + (logs.jobId() == null ? "" : ", job " + logs.jobId()) + ")");
        for (LogView file : logs.files()) {
            session.out()
                    .println("  " + file.path()
                            + (file.problem() == null ? " (" + file.sizeBytes() + " bytes)" : ": " + file.problem()));
            file.lines().forEach(line -> session.out().println("    " + line));
        }
        if (logs.files().isEmpty()) {
            session.out().println("  its job has left no logs");
        }
    }

    /** What is wrong according to logs, and what to do about it. */
    static void printFindings(Session session, List<LogFinding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        session.out().println();
        session.out().println("errors:");
        for (LogFinding finding : findings) {
            session.out()
                    .println("  " + finding.line().strip()
                            + (finding.count() > 1 ? "  (" + finding.count() + " times)" : ""));
            session.out().println("    in " + finding.path());
            session.out().println("    " + finding.meaning());
        }
    }
}
