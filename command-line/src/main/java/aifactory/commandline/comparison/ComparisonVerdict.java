package aifactory.commandline.comparison;

import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.follow.RunVerdict;
import aifactory.reporting.comparison.ComparedRun;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.FailCondition;
import java.util.ArrayList;
import java.util.List;

/**
 * What a comparison means to the caller.
 *
 * @param exitCode what the process exits with
 * @param reasons one line each for everything that keeps it from being 0
 */
public record ComparisonVerdict(ExitCode exitCode, List<String> reasons) {
    public ComparisonVerdict {
        reasons = List.copyOf(reasons);
    }

    /**
     * Judges a comparison. That a run is not valid, or that the sides are not comparable, weighs more than any condition: the values
     * are not to be trusted. A condition that is inconclusive does not pass.
     */
    public static ComparisonVerdict of(
            List<ComparedRun> runs, Comparison comparison, List<FailCondition.Result> conditions) {
        List<String> reasons = new ArrayList<>();
        for (ComparedRun run : runs) {
            List<String> ofRun =
                    RunVerdict.of(run.summary(), Long.MAX_VALUE, List.of()).reasons();
            if (!ofRun.isEmpty()) {
                reasons.add(run.name() + ": " + ofRun.getFirst()
                        + (ofRun.size() == 1 ? "" : "; and " + (ofRun.size() - 1) + " more, in the run's report"));
            }
        }
        if (reasons.isEmpty() && !comparison.isComparable()) {
            reasons.add("the sides are not comparable: " + String.join("; ", comparison.notComparable()));
        }
        if (comparison.saysNothing()) {
            reasons.add("nothing can be said: one side has too few completed requests");
        }
        conditions.stream()
                .filter(condition -> !condition.told() && comparison.isComparable())
                .forEach(condition -> reasons.add(condition.sentence()));
        if (!reasons.isEmpty()) {
            return new ComparisonVerdict(ExitCode.NOT_VALID, reasons);
        }
        conditions.stream().filter(FailCondition.Result::holds).forEach(condition -> reasons.add(condition.sentence()));
        return new ComparisonVerdict(reasons.isEmpty() ? ExitCode.DONE : ExitCode.CHECK_FAILED, reasons);
    }
}
