package aifactory.reporting.comparison;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine-readable comparison, schema {@code aifactory.comparison/1}. A missing value is null.
 *
 * @param sentence the finding as a whole
 * @param comparable whether the sides measure the same thing; if not, nothing is concluded
 * @param notComparable why they do not
 * @param confidence of the intervals, and of the findings over all comparisons together
 * @param runMetrics differences of throughput, goodput, errors, tokens and energy; absent in documents of earlier
 *     versions
 * @param effects how far the distributions of each latency are apart; absent in documents of earlier versions
 * @param verdict of the conditions together; null without conditions
 * @param others comparisons of further sides with the first; empty for two sides
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
        List<Condition> conditions,
        List<Difference> runMetrics,
        List<Comparison.Effect> effects,
        FailCondition.@Nullable Outcome verdict,
        List<ComparisonDocument> others) {
    public static final String SCHEMA = "aifactory.comparison/1";

    /**
     * A condition and what became of it.
     *
     * @param told whether there were enough requests to judge it
     * @param holds whether the comparison counts as failed
     * @param result {@code pass}, {@code fail} or {@code inconclusive}
     */
    public record Condition(
            String condition, boolean told, boolean holds, String sentence, FailCondition.Outcome result) {}

    /** The document of the comparisons of several sides with the first, each with what became of the conditions. */
    public static ComparisonDocument of(List<Comparison> comparisons, List<List<FailCondition.Result>> conditions) {
        List<ComparisonDocument> documents = new ArrayList<>();
        for (int i = 0; i < comparisons.size(); i++) {
            documents.add(of(comparisons.get(i), conditions.get(i)));
        }
        return documents.getFirst().withOthers(documents.subList(1, documents.size()));
    }

    private ComparisonDocument withOthers(List<ComparisonDocument> further) {
        return new ComparisonDocument(
                schema,
                sentence,
                comparable,
                notComparable,
                confidence,
                replicates,
                seed,
                warnings,
                curvePercentiles,
                sides,
                differences,
                throughputs,
                conditions,
                runMetrics,
                effects,
                verdict,
                List.copyOf(further));
    }

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
                                result.condition().text(),
                                result.told(),
                                result.holds(),
                                result.sentence(),
                                result.outcome()))
                        .toList(),
                comparison.ofRuns(),
                comparison.effects(),
                FailCondition.Outcome.of(conditions).orElse(null),
                List.of());
    }
}
