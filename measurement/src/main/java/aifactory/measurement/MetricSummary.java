package aifactory.measurement;

/** One metric in milliseconds, as {@code summary.json} carries it. */
public record MetricSummary(
        long count,
        double mean,
        double std,
        double min,
        double p50,
        double p90,
        double p95,
        double p99,
        double p99_9,
        double max) {

    private static final double NANOS_PER_MILLISECOND = 1e6;

    /** The summary of the samples; all zero when there are none. */
    public static MetricSummary of(LatencyHistogram histogram) {
        return new MetricSummary(
                histogram.count(),
                histogram.meanNanos() / NANOS_PER_MILLISECOND,
                histogram.standardDeviationNanos() / NANOS_PER_MILLISECOND,
                histogram.minimumNanos() / NANOS_PER_MILLISECOND,
                milliseconds(histogram, 50),
                milliseconds(histogram, 90),
                milliseconds(histogram, 95),
                milliseconds(histogram, 99),
                milliseconds(histogram, 99.9),
                histogram.maximumNanos() / NANOS_PER_MILLISECOND);
    }

    private static double milliseconds(LatencyHistogram histogram, double percentile) {
        return histogram.percentileNanos(percentile) / NANOS_PER_MILLISECOND;
    }
}
