package aifactory.reporting.comparison;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts of one run over time, from which the variance of its rates and shares is estimated by batch means: the window
 * is split into {@value #BATCHES} batches, which are long enough to be nearly independent. Counts are by the time at
 * which a request was due, so that neither the start nor the end of the run looks like a lower rate. Used by one
 * thread.
 */
final class RateBatches {
    static final int BATCHES = 20;

    /** Fewer requests say nothing about a rate. */
    private static final int LEAST_REQUESTS = 40;

    private static final int MOST_BINS = 1 << 16;
    private static final long NARROWEST_BIN_NANOS = 100_000_000L;

    /** What is counted. */
    enum Count {
        COMPLETED,
        FAILED,
        OUTPUT_TOKENS,
        GOOD
    }

    private final Map<Count, long[]> bins = new EnumMap<>(Count.class);
    private int length = 256;
    private long binNanos = NARROWEST_BIN_NANOS;
    private int first = Integer.MAX_VALUE;
    private int last = -1;

    /** Adds to a count. */
    void add(Count count, long dueNanos, long amount) {
        while (dueNanos / binNanos >= MOST_BINS) {
            halve();
        }
        int bin = (int) (Math.max(0, dueNanos) / binNanos);
        if (bin >= length) {
            length = Math.max(bin + 1, length * 2);
            bins.replaceAll((_, counts) -> Arrays.copyOf(counts, length));
        }
        bins.computeIfAbsent(count, _ -> new long[length])[bin] += amount;
        first = Math.min(first, bin);
        last = Math.max(last, bin);
    }

    /** Bins of double the width, for a long run. */
    private void halve() {
        for (long[] counts : bins.values()) {
            for (int i = 0; i < counts.length; i++) {
                long count = counts[i];
                counts[i] = 0;
                counts[i / 2] += count;
            }
        }
        binNanos *= 2;
        first = first == Integer.MAX_VALUE ? first : first / 2;
        last /= 2;
    }

    /** Whether there are enough requests and batches to estimate a variance. */
    boolean isEnough() {
        return last - first + 1 >= BATCHES && total(Count.COMPLETED) + total(Count.FAILED) >= LEAST_REQUESTS;
    }

    private long[] counts(Count count) {
        return bins.getOrDefault(count, new long[length]);
    }

    long total(Count count) {
        return Arrays.stream(counts(count)).sum();
    }

    /** The variance of the logarithm of a rate; infinite where nothing was counted. */
    double logarithmOfRate(Count count) {
        double[] batches = batches(count, true);
        double mean = Arrays.stream(batches).average().orElse(0);
        double squares = 0;
        for (double batch : batches) {
            squares += (batch - mean) * (batch - mean);
        }
        return mean <= 0 ? Double.POSITIVE_INFINITY : squares / (batches.length - 1) / batches.length / (mean * mean);
    }

    /** The variance of the logarithm of the ratio of two counts, by linearization. */
    double logarithmOfRatio(Count counted, Count by) {
        double ratio = (double) total(counted) / total(by);
        return ratio > 0 ? residuals(batches(counted, false), batches(by, false), ratio) / (ratio * ratio) : Double.NaN;
    }

    /**
     * The variance of the share of failed requests; at least the binomial one, which does not vanish where none has
     * failed.
     */
    double errorShare() {
        double[] failed = batches(Count.FAILED, false);
        double[] ended = batches(Count.COMPLETED, false);
        for (int i = 0; i < ended.length; i++) {
            ended[i] += failed[i];
        }
        double requests = Arrays.stream(ended).sum();
        double share = total(Count.FAILED) / requests;
        double shrunk = (total(Count.FAILED) + 1) / (requests + 2);
        return Math.max(residuals(failed, ended, share), shrunk * (1 - shrunk) / requests);
    }

    private static double residuals(double[] counted, double[] by, double ratio) {
        double squares = 0;
        double sum = 0;
        for (int i = 0; i < counted.length; i++) {
            double residual = counted[i] - ratio * by[i];
            squares += residual * residual;
            sum += by[i];
        }
        return squares * counted.length / (counted.length - 1) / (sum * sum);
    }

    /** @param perBin whether to divide by the number of bins, which differs by one between batches */
    private double[] batches(Count count, boolean perBin) {
        int span = last - first + 1;
        double[] batches = new double[BATCHES];
        long[] counts = counts(count);
        for (int batch = 0; batch < BATCHES; batch++) {
            int from = first + (int) ((long) span * batch / BATCHES);
            int to = first + (int) ((long) span * (batch + 1) / BATCHES);
            for (int bin = from; bin < to; bin++) {
                batches[batch] += counts[bin];
            }
            if (perBin) {
                batches[batch] /= to - from;
            }
        }
        return batches;
    }
}
