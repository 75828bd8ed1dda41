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
     * Judges the comparisons of one or more sides with the first. That a run is not valid, or that the sides are not
     * comparable, weighs more than any condition: the values are not to be trusted. A condition that cannot be judged
     * does not pass.
     *
     * @param conditions by comparison, what became of each
     * @param isPrinted whether the comparisons are printed, with the causes why sides are not comparable
     */
    public static ComparisonVerdict of(
            List<ComparedRun> runs,
            List<Comparison> comparisons,
            List<List<FailCondition.Result>> conditions,
            boolean isPrinted) {
        List<String> reasons = new ArrayList<>();
        for (ComparedRun run : runs) {
            List<String> ofRun =
                    RunVerdict.of(run.summary(), Long.MAX_VALUE, List.of()).reasons();
            if (!ofRun.isEmpty()) {
                reasons.add(run.name() + ": " + ofRun.getFirst()
                        + (ofRun.size() == 1 ? "" : "; and " + (ofRun.size() - 1) + " more, in the run's report"));
            }
        }
        boolean runsAreValid = reasons.isEmpty();
        List<String> failed = new ArrayList<>();
        for (int i = 0; i < comparisons.size(); i++) {
            Comparison comparison = comparisons.get(i);
            String side =
                    comparisons.size() == 1 ? "" : comparison.sides().getLast().name() + ": ";
            if (runsAreValid && !comparison.isComparable()) {
                reasons.add(side + "the sides are not comparable"
                        + (isPrinted ? "" : ": " + String.join("; ", comparison.notComparable())));
            }
            if (comparison.saysNothing()) {
                reasons.add(side + "nothing can be said: one side has too few completed requests");
            }
            for (FailCondition.Result condition : conditions.get(i)) {
                if (!condition.told() && comparison.isComparable()) {
                    reasons.add(side + condition.sentence());
                }
                if (condition.holds()) {
                    failed.add(side + condition.sentence());
                }
            }
        }
        if (!reasons.isEmpty()) {
            return new ComparisonVerdict(ExitCode.NOT_VALID, reasons);
        }
        return new ComparisonVerdict(failed.isEmpty() ? ExitCode.DONE : ExitCode.CHECK_FAILED, failed);
    }
}
