package aifactory.service.operations;

import aifactory.protocol.GroupDiagnosis;
import aifactory.protocol.LogFinding;
import aifactory.protocol.LogView;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.JobExplanation;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.RecordedJob;
import aifactory.slurm.HostList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says why a group is where it is: its job, and, where that runs, why its clients do not come. */
final class GroupDoctor {
    private static final int LOG_LINES = 2_000;

    private final JobInsight insight;
    private final String dispatcher;
    private final LogReader logs;

    /** @param dispatcher its name */
    GroupDoctor(JobInsight insight, String dispatcher, LogReader logs) {
        this.insight = insight;
        this.dispatcher = dispatcher;
        this.logs = logs;
    }

    GroupDiagnosis diagnose(KnownGroup group) throws DispatchUnavailableException, InterruptedException {
        RecordedJob job = group.recordedJob();
        if (job == null) {
            return diagnosis(
                    group,
                    new JobExplanation(
                            "-",
                            null,
                            "waiting",
                            "its job is being submitted",
                            "wait a moment",
                            List.of(),
                            null,
                            false,
                            List.of()),
                    List.of());
        }
        if (!insight.isOfThisDispatcher(job.jobId())) {
            return diagnosis(group, foreign(group, job), findings(group));
        }
        Optional<JobExplanation> explained = insight.explain(job);
        List<LogFinding> findings = findings(group);
        JobExplanation explanation = explained.orElseGet(() -> unknown(group));
        boolean misses = group.live() && explanation.runs() && group.registered() < group.numClients();
        return diagnosis(group, misses ? missing(group, explanation, findings) : explanation, findings);
    }

    private List<LogFinding> findings(KnownGroup group) {
        List<LogView> scanned = group.job().logPaths().stream()
                .map(path -> logs.tail(path, LOG_LINES, group.secretValues()))
                .toList();
        return LogFindings.of(scanned);
    }

    private JobExplanation foreign(KnownGroup group, RecordedJob job) {
        String word = group.job().word() == null ? "unknown" : group.job().word();
        boolean over = group.status().isTerminal();
        return new JobExplanation(
                word,
                group.job().reason(),
                over ? "fine" : "uncertain",
                "job " + job.jobId() + " was not started by the dispatcher '" + dispatcher
                        + "' of this service; last seen: " + word,
                over
                        ? "no action is required"
                        : "start the service with the dispatcher that the group was created with (--dispatcher)",
                List.of(),
                null,
                false,
                List.of());
    }

    private static JobExplanation unknown(KnownGroup group) {
        String word = group.job().word() == null ? "unknown" : group.job().word();
        return new JobExplanation(
                word,
                group.job().reason(),
                group.status().isTerminal() ? "fine" : "uncertain",
                "its job is not known any more; last seen: " + word
                        + (group.job().reason() == null
                                ? ""
                                : ", " + group.job().reason()),
                group.status().isTerminal() ? "no action is required" : "delete the group and create it again",
                List.of(),
                null,
                false,
                List.of());
    }

    /** The job runs and clients do not come. */
    private static JobExplanation missing(KnownGroup group, JobExplanation job, List<LogFinding> findings) {
        int missing = group.numClients() - group.registered();
        List<String> facts = new ArrayList<>(job.facts());
        facts.add(job.cause());
        if (!group.clientNodes().isEmpty()) {
            facts.add("registered: " + HostList.compress(group.clientNodes()));
        }
        String cause = "its job runs, but " + missing + " of " + group.numClients() + " clients have not registered";
        String remedy = findings.isEmpty()
                ? "their logs are empty: wait half a minute, then check the connection from a node: aifactory doctor "
                        + group.benchmarkId() + " --from-node"
                : findings.getFirst().meaning();
        if (!findings.isEmpty()) {
            cause = cause + ": " + findings.getFirst().line().strip();
        }
        return new JobExplanation(
                job.word(),
                job.reason(),
                "blocked",
                cause,
                remedy,
                facts,
                job.expectedStart(),
                true,
                job.nativeCommands());
    }

    private static GroupDiagnosis diagnosis(KnownGroup group, JobExplanation explanation, List<LogFinding> findings) {
        boolean tellsOfLogs =
                !explanation.verdict().equals("fine") && !explanation.verdict().equals("waiting");
        List<String> facts = new ArrayList<>(explanation.facts());
        String reason = group.job().reason();
        if (group.status().isTerminal()
                && reason != null
                && !explanation.cause().contains(reason)) {
            facts.add("the group ended (" + group.status().name().toLowerCase(Locale.ROOT) + "): " + reason);
        }
        return new GroupDiagnosis(
                group.benchmarkId(),
                group.status(),
                group.job().jobId(),
                explanation.word(),
                explanation.reason(),
                explanation.verdict(),
                explanation.cause(),
                explanation.remedy(),
                facts,
                explanation.expectedStart(),
                tellsOfLogs ? findings : List.of(),
                explanation.nativeCommands());
    }
}
