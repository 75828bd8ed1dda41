package aifactory.reporting.comparison;

import aifactory.measurement.Metric;
import aifactory.protocol.RunSummary;
import aifactory.reporting.MetricStatistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The difference of a latency that request records do not tell, such as ITL: its variance is that between the runs of a
 * side. Stateless.
 */
final class SummaryDifference {
    private SummaryDifference() {}

    /** Empty where a side has no value. */
    static Optional<Difference> of(
            String metric, String statistic, List<RunSummary> before, List<RunSummary> after, double confidence) {
        Metric known = Metric.ofJsonName(metric).orElse(null);
        SideEstimate first = side(metric, statistic, before);
        SideEstimate second = side(metric, statistic, after);
        if (known == null || !Double.isFinite(first.mean()) || !Double.isFinite(second.mean())) {
            return Optional.empty();
        }
        SideEstimate.Gap gap = first.to(second, confidence);
        return Optional.of(new Difference(
                metric,
                statistic,
                known.title(),
                "ms",
                Math.exp(first.mean()),
                Math.exp(second.mean()),
                Math.expm1(gap.difference()),
                Math.expm1(gap.low()),
                Math.expm1(gap.high()),
                gap.probability(),
                gap.probability(),
                false,
                Double.isFinite(gap.probability())
                        ? Difference.Finding.NO_DIFFERENCE_SHOWN
                        : Difference.Finding.TOO_FEW));
    }

    private static SideEstimate side(String metric, String statistic, List<RunSummary> runs) {
        List<SideEstimate.OfRun> values = new ArrayList<>();
        for (RunSummary run : runs) {
            double value = MetricStatistic.of(run, metric, statistic).orElse(Double.NaN);
            if (!(value > 0)) {
                return SideEstimate.of(List.of());
            }
            values.add(SideEstimate.OfRun.valueOnly(Math.log(value)));
        }
        return SideEstimate.ofValues(values);
    }
}
