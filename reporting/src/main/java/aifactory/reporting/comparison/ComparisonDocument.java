package aifactory.reporting.comparison;

import java.util.List;

/**
 * A comparison for programs, schema {@code aifactory.comparison/1}. A figure that there is none of is null.
 *
 * @param sentence the finding as a whole
 * @param comparable whether the sides measure the same thing; if not, nothing is concluded
 * @param notComparable why they do not
 * @param confidence of the intervals, and of the findings over all comparisons together
 * @param curvePercentiles where the sides' curves have their values
 */
public record ComparisonDocument(
        String schema,
        String sentence,
        boolean comparable,
        List<String> notComparable,
        double confidence,
        int replicates,
        long seed,
        List<String> warnings,
        double[] curvePercentiles,
        List<Comparison.Side> sides,
        List<Difference> differences,
        List<Comparison.PlainFigure> throughputs,
        List<Condition> conditions) {
    public static final String SCHEMA = "aifactory.comparison/1";

    /**
     * A condition and what became of it.
     *
     * @param told whether there were enough requests to tell
     */
    public record Condition(String condition, boolean told, boolean holds, String sentence) {}

    /** The document of a comparison. */
    public static ComparisonDocument of(Comparison comparison, List<FailCondition.Result> conditions) {
        return new ComparisonDocument(
                SCHEMA,
                comparison.sentence(),
                comparison.isComparable(),
                comparison.notComparable(),
                comparison.options().confidence(),
                comparison.options().replicates(),
                comparison.options().seed(),
                comparison.warnings(),
                Comparison.curvePercentiles(),
                comparison.sides(),
                comparison.differences(),
                comparison.throughputs(),
                conditions.stream()
                        .map(result -> new Condition(
                                result.condition().text(), result.told(), result.holds(), result.sentence()))
                        .toList());
    }
}
