package aifactory.reporting.comparison;

import aifactory.protocol.RunSummary;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the metrics of whole runs. The variance within a run is estimated by batch means where the records allow it;
 * what the runs of a side differ among themselves is added. Stateless.
 */
final class RunMetricDifferences {
    private RunMetricDifferences() {}

    /** A run and its counts over time. */
    record Run(RunSummary summary, RateBatches rates) {}

    /** The differences of the metrics that a side has, not yet corrected for their number. */
    static List<Difference> of(List<Run> before, List<Run> after, double confidence) {
        List<Difference> differences = new ArrayList<>();
        for (RunMetric metric : RunMetric.values()) {
            double valueBefore = mean(metric, before);
            double valueAfter = mean(metric, after);
            if (Double.isFinite(valueBefore) || Double.isFinite(valueAfter)) {
                differences.add(difference(
                        metric, valueBefore, valueAfter, side(metric, before).to(side(metric, after), confidence)));
            }
        }
        return differences;
    }

    private static Difference difference(RunMetric metric, double before, double after, SideEstimate.Gap gap) {
        boolean isKnown = Double.isFinite(gap.probability());
        boolean absolute = metric.isDifference();
        return new Difference(
                metric.jsonName(),
                Difference.VALUE,
                metric.title(),
                metric.unit(),
                before,
                after,
                absolute ? after - before : after / before - 1,
                absolute ? gap.low() : Math.expm1(gap.low()),
                absolute ? gap.high() : Math.expm1(gap.high()),
                gap.probability(),
                gap.probability(),
                absolute,
                isKnown ? Difference.Finding.NO_DIFFERENCE_SHOWN : Difference.Finding.TOO_FEW);
    }

    private static double mean(RunMetric metric, List<Run> runs) {
        return runs.stream()
                .mapToDouble(run -> metric.of(run.summary()))
                .average()
                .orElse(Double.NaN);
    }

    private static SideEstimate side(RunMetric metric, List<Run> runs) {
        List<SideEstimate.OfRun> estimates = new ArrayList<>();
        boolean withinIsKnown = true;
        for (Run run : runs) {
            double value = metric.of(run.summary());
            double onScale = metric.isDifference() ? value : Math.log(value);
            if (!Double.isFinite(onScale)) {
                return SideEstimate.of(List.of());
            }
            double variance = run.rates().isEnough() ? variance(metric, run.rates()) : Double.NaN;
            withinIsKnown &= Double.isFinite(variance);
            estimates.add(
                    Double.isFinite(variance)
                            ? new SideEstimate.OfRun(onScale, variance, RateBatches.BATCHES - 1, true)
                            : SideEstimate.OfRun.valueOnly(onScale));
        }
        return withinIsKnown ? SideEstimate.of(estimates) : SideEstimate.ofValues(estimates);
    }

    /** Within a run, on the scale of the metric; NaN where the records say nothing about it. */
    private static double variance(RunMetric metric, RateBatches rates) {
        return switch (metric) {
            case REQUEST_THROUGHPUT -> rates.logarithmOfRate(RateBatches.Count.COMPLETED);
            case OUTPUT_TOKEN_THROUGHPUT -> rates.logarithmOfRate(RateBatches.Count.OUTPUT_TOKENS);
            case GOODPUT -> rates.logarithmOfRate(RateBatches.Count.GOOD);
            case ERROR_SHARE -> rates.errorShare();
            case OUTPUT_TOKENS_PER_REQUEST ->
                rates.logarithmOfRatio(RateBatches.Count.OUTPUT_TOKENS, RateBatches.Count.COMPLETED);
            case ENERGY_PER_OUTPUT_TOKEN -> Double.NaN;
        };
    }
}
