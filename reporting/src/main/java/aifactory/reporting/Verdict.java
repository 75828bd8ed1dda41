package aifactory.reporting;

import aifactory.protocol.RunSummary;
import aifactory.protocol.RunSummary.InvalidReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What to think of a run, before any figure is read.
 *
 * @param level how good it is
 * @param word in capitals: {@code VALID}, {@code INVALID}, {@code INCOMPLETE}, {@code STOPPED}, {@code FAILED}
 * @param sentence what that means for the figures
 * @param reasons each with its remedy
 */
public record Verdict(Level level, String word, String sentence, List<String> reasons) {
    /** Reasons that a busy machine explains. */
    private static final Set<String> OF_CLIENTS = Set.of(
            "client_share",
            "schedule_delay",
            "offered_rate",
            "client_cpu",
            "event_loop_lag",
            "process_paused",
            "gc_pause");

    /** How good a run is. */
    public enum Level {
        GOOD,
        DOUBTFUL,
        BAD
    }

    /** The verdict on a run. */
    public static Verdict of(RunSummary summary) {
        List<String> reasons = new ArrayList<>();
        for (InvalidReason reason : summary.invalidReasons()) {
            reasons.add(reason.message());
        }
        return switch (summary.status()) {
            case COMPLETED, INVALID -> ended(summary, reasons);
            case INCOMPLETE -> new Verdict(Level.BAD, "INCOMPLETE", incomplete(summary), reasons);
            case STOPPED ->
                new Verdict(summary.valid() ? Level.DOUBTFUL : Level.BAD, "STOPPED", stopped(summary), reasons);
            case FAILED -> new Verdict(Level.BAD, "FAILED", "The run failed. Values may be missing.", reasons);
            case QUEUED, ARMING, RUNNING, DRAINING ->
                new Verdict(
                        Level.DOUBTFUL,
                        "NOT FINISHED",
                        "The run is " + summary.status().name().toLowerCase(Locale.ROOT)
                                + ". The figures are of what was measured so far.",
                        reasons);
        };
    }

    /**
     * What to do about a run that the clients distorted on the machine of its AI server, where they compete for the
     * same processors; empty for any other run.
     */
    public static Optional<String> advice(RunSummary summary) {
        List<String> targets = summary.provenance().targets();
        boolean isLocal = summary.provenance().slurm() == null
                && !targets.isEmpty()
                && targets.stream().allMatch(Verdict::isOnThisMachine);
        boolean byClients = summary.invalidReasons().stream().anyMatch(reason -> OF_CLIENTS.contains(reason.code()));
        if (summary.valid() || !isLocal || !byClients) {
            return Optional.empty();
        }
        return Optional.of(
                "The clients, the AI server and all other programs share the processors of this machine. Close"
                        + " other programs, or lower the load" + lowerLoad(summary)
                        + ". An invalid run on a laptop is normal and says nothing about the server; for a valid result of this"
                        + " load, run the clients on other machines.");
    }

    private static String lowerLoad(RunSummary summary) {
        WorkloadFacts workload = new WorkloadFacts(summary);
        List<String> options = new ArrayList<>();
        if (summary.clients().expected() > 1) {
            options.add("--num-clients 1");
        }
        Double rate = workload.number("request_rate");
        Double concurrency = workload.number("concurrency");
        if (rate != null) {
            options.add("--request-rate " + Figures.plain(rate / 2));
        } else if (concurrency != null && concurrency > 1) {
            options.add("--concurrency " + (long) (concurrency / 2));
        }
        return options.isEmpty() ? "" : ", for example " + String.join(" ", options);
    }

    private static boolean isOnThisMachine(String target) {
        return target.matches("https?://(localhost|127\\.[0-9.]+|\\[::1])(:.*)?");
    }

    private static Verdict ended(RunSummary summary, List<String> reasons) {
        if (summary.requests().completed() == 0) {
            return new Verdict(
                    Level.BAD,
                    "INVALID",
                    "No request of the measured window was completed, so there are no latencies.",
                    reasons);
        }
        if (!summary.valid()) {
            return new Verdict(
                    Level.BAD,
                    "INVALID",
                    "The clients distorted the measurement: these values do not describe the server.",
                    reasons);
        }
        if (summary.requests().failed() > 0) {
            return new Verdict(
                    Level.DOUBTFUL,
                    "VALID",
                    "The clients were within their limits, but "
                            + Figures.count(summary.requests().failed())
                            + " of " + Figures.count(summary.requests().scheduled())
                            + " requests failed; latencies are of the completed ones only.",
                    reasons);
        }
        return new Verdict(
                Level.GOOD,
                "VALID",
                "Every request was completed, and the clients were within their limits: the values describe the server.",
                reasons);
    }

    private static String stopped(RunSummary summary) {
        RunSummary.EarlyEnd early = summary.endedEarly();
        String why = early != null && early.byErrors()
                ? "The run ended early: " + early.reason() + "."
                : "The run was stopped before its end.";
        return why + " The figures are of what was measured until then.";
    }

    private static String incomplete(RunSummary summary) {
        boolean serverLost =
                summary.servers() != null && summary.servers().stream().anyMatch(server -> server.failure() != null);
        return serverLost && summary.clients().lost().isEmpty()
                ? "An AI server failed before the end. The values cover its responses until then, and those of the"
                        + " other servers."
                : "Part of the load is missing: " + clients(summary) + ". The figures are of what did report.";
    }

    private static String clients(RunSummary summary) {
        return "of the clients, " + summary.clients().inWords();
    }
}
