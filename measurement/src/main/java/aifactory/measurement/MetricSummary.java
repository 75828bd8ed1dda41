package aifactory.measurement;

import aifactory.measurement.statistics.PercentileRanks;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One metric in milliseconds, as {@code summary.json} carries it.
 *
 * @param ci95 95 % confidence interval by percentile ({@code p99}): distribution-free, for samples that
 * are independent; null where that is not known, as for pooled gaps, and in the summaries of earlier versions
 * @param clientShare what the clients themselves may have added; null where that is not known
 */
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
        double max,
        @Nullable Map<String, Interval> ci95,
        @Nullable ClientShare clientShare) {

    private static final double NANOS_PER_MILLISECOND = 1e6;
    private static final Map<String, Double> PERCENTILES = percentiles();

    /**
     * An interval in milliseconds.
     *
     * @param low null where there are too few samples for a lower bound
     * @param high null where there are too few samples for an upper bound
     */
    public record Interval(@Nullable Double low, @Nullable Double high) {}

    /** What the clients themselves may have added to the values, as a separate distribution. */
    public record ClientShare(double p50, double p99, double max) {
        /** Within two percent. */
        public static ClientShare of(CoarseHistogram shares) {
            return new ClientShare(
                    shares.percentileNanos(50) / NANOS_PER_MILLISECOND,
                    shares.percentileNanos(99) / NANOS_PER_MILLISECOND,
                    shares.percentileNanos(100) / NANOS_PER_MILLISECOND);
        }
    }

    /** The same with what the clients themselves may have added; without where there are no such samples. */
    public MetricSummary withClientShare(CoarseHistogram shares) {
        return shares.count() == 0
                ? this
                : new MetricSummary(
                        count, mean, std, min, p50, p90, p95, p99, p99_9, max, ci95, ClientShare.of(shares));
    }

    /** Without intervals. */
    public MetricSummary(
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
        this(count, mean, std, min, p50, p90, p95, p99, p99_9, max, null, null);
    }

    private static Map<String, Double> percentiles() {
        Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", 50.0);
        percentiles.put("p90", 90.0);
        percentiles.put("p95", 95.0);
        percentiles.put("p99", 99.0);
        percentiles.put("p99_9", 99.9);
        return percentiles;
    }

    /** The summary of the samples without intervals; all zero for an empty histogram. */
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

    /** The summary of samples of which each is of another request, with the intervals of its percentiles. */
    public static MetricSummary ofRequests(LatencyHistogram histogram) {
        MetricSummary plain = of(histogram);
        Map<String, Interval> intervals = new LinkedHashMap<>();
        PERCENTILES.forEach((name, percentile) -> intervals.put(name, interval(histogram, percentile)));
        return new MetricSummary(
                plain.count,
                plain.mean,
                plain.std,
                plain.min,
                plain.p50,
                plain.p90,
                plain.p95,
                plain.p99,
                plain.p99_9,
                plain.max,
                intervals,
                null);
    }

    private static Interval interval(LatencyHistogram histogram, double percentile) {
        long count = histogram.count();
        PercentileRanks ranks = PercentileRanks.of95(count, percentile);
        return new Interval(
                ranks.lower() < 1 ? null : atRank(histogram, ranks.lower()),
                ranks.upper() > count ? null : atRank(histogram, ranks.upper()));
    }

    /** The middle of the rank, so that rounding does not lead to the next one. */
    private static double atRank(LatencyHistogram histogram, long rank) {
        return milliseconds(histogram, 100 * (rank - 0.5) / histogram.count());
    }

    private static double milliseconds(LatencyHistogram histogram, double percentile) {
        return histogram.percentileNanos(percentile) / NANOS_PER_MILLISECOND;
    }
}
