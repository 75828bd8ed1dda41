package aifactory.reporting;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunSummary;
import java.util.OptionalDouble;

/** Values of a summary by their names. Stateless. */
public final class MetricStatistic {
    private MetricStatistic() {}

    /** A statistic of a latency in ms, as {@code ttft_ms} and {@code p99}; empty where the run has no such value. */
    public static OptionalDouble of(RunSummary summary, String metric, String statistic) {
        MetricSummary measured = summary.metrics().get(metric);
        if (measured == null || measured.count() == 0) {
            return OptionalDouble.empty();
        }
        return switch (statistic) {
            case "mean" -> OptionalDouble.of(measured.mean());
            case "min" -> OptionalDouble.of(measured.min());
            case "p50" -> OptionalDouble.of(measured.p50());
            case "p90" -> OptionalDouble.of(measured.p90());
            case "p95" -> OptionalDouble.of(measured.p95());
            case "p99" -> OptionalDouble.of(measured.p99());
            case "p99_9" -> OptionalDouble.of(measured.p99_9());
            case "max" -> OptionalDouble.of(measured.max());
            default -> OptionalDouble.empty();
        };
    }
}
