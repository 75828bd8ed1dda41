package aifactory.commandline.follow;

import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.ServiceLevel;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run's result means to the caller.
 *
 * @param exitCode what the process exits with
 * @param reasons one line each for everything that keeps it from being 0
 */
public record RunVerdict(ExitCode exitCode, List<String> reasons) {
    public RunVerdict {
        reasons = List.copyOf(reasons);
    }

    /**
     * Judges a result. That it is not valid weighs more than a check that failed: the check's figures are not to be
     * trusted.
     *
     * @param maxFailed failed requests that are tolerated
     */
    public static RunVerdict of(RunSummary summary, long maxFailed, List<ServiceLevel> serviceLevels) {
        List<String> reasons = new ArrayList<>();
        RunSummary.EarlyEnd endedByErrors = endedByErrors(summary);
        if (summary.status() != RunState.COMPLETED && summary.status() != RunState.INVALID && endedByErrors == null) {
            reasons.add("the run is " + summary.status().name().toLowerCase(Locale.ROOT) + lost(summary));
        }
        if (!summary.valid()) {
            summary.invalidReasons().forEach(reason -> reasons.add("the run is not valid: " + reason.message()));
        }
        if (!reasons.isEmpty() || !summary.valid()) {
            return new RunVerdict(ExitCode.NOT_VALID, reasons);
        }
        if (endedByErrors != null) {
            reasons.add("the run ended early: " + endedByErrors.reason());
        }
        if (summary.requests().failed() > maxFailed) {
            reasons.add(summary.requests().failed() + " requests failed "
                    + summary.requests().errors() + "; --max-failed is " + maxFailed);
        }
        for (ServiceLevel level : serviceLevels) {
            level.missedBy(summary).ifPresent(missed -> reasons.add("a service level is missed: " + missed));
        }
        return new RunVerdict(reasons.isEmpty() ? ExitCode.DONE : ExitCode.CHECK_FAILED, reasons);
    }

    /** Why failed requests ended the run, as the workload asked; null where they did not. */
    private static RunSummary.@Nullable EarlyEnd endedByErrors(RunSummary summary) {
        RunSummary.EarlyEnd early = summary.endedEarly();
        return summary.status() == RunState.STOPPED && early != null && early.byErrors() ? early : null;
    }

    /** The verdict on a run that the user has broken off. */
    public static RunVerdict interrupted() {
        return new RunVerdict(ExitCode.INTERRUPTED, List.of("interrupted: the result covers the run up to then"));
    }

    private static String lost(RunSummary summary) {
        return summary.clients().lost().isEmpty()
                ? ""
                : ": lost " + summary.clients().lostInWords() + "; what they had posted is in the result";
    }
}
