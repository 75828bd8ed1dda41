package aifactory.reporting.result;

import aifactory.measurement.CoarseHistogram;
import aifactory.measurement.MetricSummary;

/** The summary of a coarse histogram. All its figures are within two percent. Stateless. */
final class CoarseSummary {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private CoarseSummary() {}

    static MetricSummary of(CoarseHistogram histogram) {
        return new MetricSummary(
                histogram.count(),
                histogram.meanNanos() / NANOS_PER_MILLISECOND,
                histogram.standardDeviationNanos() / NANOS_PER_MILLISECOND,
                milliseconds(histogram, 0),
                milliseconds(histogram, 50),
                milliseconds(histogram, 90),
                milliseconds(histogram, 95),
                milliseconds(histogram, 99),
                milliseconds(histogram, 99.9),
                milliseconds(histogram, 100));
    }

    private static double milliseconds(CoarseHistogram histogram, double percentile) {
        return histogram.percentileNanos(percentile) / NANOS_PER_MILLISECOND;
    }
}
