package aifactory.reporting.records;

import org.HdrHistogram.DoubleHistogram;

/**
 * Figures of any unit, none negative, at three significant digits; smallest, largest, sum and deviation are exact.
 *
 * <p>Not thread-safe.
 */
public final class FigureDistribution {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final DoubleHistogram buckets = new DoubleHistogram(SIGNIFICANT_DIGITS);
    private double smallest = Double.POSITIVE_INFINITY;
    private double largest;
    private double sum;
    private double sumOfSquares;

    /** Adds one figure, 0 or more. */
    public void record(double figure) {
        buckets.recordValue(figure);
        smallest = Math.min(smallest, figure);
        largest = Math.max(largest, figure);
        sum += figure;
        sumOfSquares += figure * figure;
    }

    public long count() {
        return buckets.getTotalCount();
    }

    public double sum() {
        return sum;
    }

    /** 0 when empty. */
    public double minimum() {
        return count() == 0 ? 0 : smallest;
    }

    /** 0 when empty. */
    public double maximum() {
        return largest;
    }

    /** 0 when empty. */
    public double mean() {
        return count() == 0 ? 0 : sum / count();
    }

    /** Of the population; 0 when empty. */
    public double standardDeviation() {
        return count() == 0 ? 0 : Math.sqrt(Math.max(0, sumOfSquares / count() - mean() * mean()));
    }

    /** Nearest rank, never beyond the exact smallest and largest; 0 when empty. */
    public double percentile(double percentile) {
        return count() == 0 ? 0 : Math.clamp(buckets.getValueAtPercentile(percentile), smallest, largest);
    }
}
