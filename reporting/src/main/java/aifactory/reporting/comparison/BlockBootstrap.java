package aifactory.reporting.comparison;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The uncertainty of the mean and the percentiles of a series: circular block bootstrap over values in order of
 * time, since requests near in time are not independent.
 *
 * <p>The estimates are of every value. Their spread is taken from at most {@value #MOST_VALUES} of them, evenly spread
 * over time, which bounds the work and can only widen an interval.
 */
final class BlockBootstrap {
    static final int MOST_VALUES = 32_768;

    /** Fewer values beyond a percentile than this say nothing about how far it could be off. */
    private static final int LEAST_BEYOND = 10;

    private static final double MEAN = -1;

    private BlockBootstrap() {}

    /**
     * One statistic of one run.
     *
     * @param variance of its logarithm
     * @param degreesOfFreedom the number of blocks less one
     * @param enough whether there are enough values to say something about its spread
     */
    record Estimate(double value, double variance, double degreesOfFreedom, boolean enough) {}

    /**
     * The mean and then each percentile.
     *
     * @param series in order of time, all above 0
     * @param percentiles 0 to 100
     */
    static List<Estimate> estimate(double[] series, double[] percentiles, int replicates, SplittableRandom random) {
        double[] sorted = series.clone();
        Arrays.sort(sorted);
        double[] thinned = thinned(series);
        int n = thinned.length;
        BlockLength block = BlockLength.of(logarithms(thinned)).orLonger(BlockLength.of(beyond(thinned)));
        int length = block.values();
        double[] statistics = new double[percentiles.length + 1];
        statistics[0] = MEAN;
        System.arraycopy(percentiles, 0, statistics, 1, percentiles.length);
        double[][] resampled = resample(thinned, length, statistics, replicates, random);
        List<Estimate> estimates = new ArrayList<>();
        for (int i = 0; i < statistics.length; i++) {
            double value = i == 0 ? mean(sorted) : sorted[rank(statistics[i], sorted.length)];
            boolean enough = n >= 4 * LEAST_BEYOND && (i == 0 || n * (1 - statistics[i] / 100) >= LEAST_BEYOND);
            estimates.add(new Estimate(
                    value, block.leftOut() * varianceOfLogarithm(resampled[i]), Math.max(1, n / length - 1), enough));
        }
        return estimates;
    }

    private static double[] thinned(double[] series) {
        if (series.length <= MOST_VALUES) {
            return series;
        }
        double[] thinned = new double[MOST_VALUES];
        for (int i = 0; i < MOST_VALUES; i++) {
            thinned[i] = series[(int) ((long) i * series.length / MOST_VALUES)];
        }
        return thinned;
    }

    private static double[] logarithms(double[] series) {
        return Arrays.stream(series).map(Math::log).toArray();
    }

    /** Which values are beyond the 90th percentile: the tail may cluster more than the values do. */
    private static double[] beyond(double[] series) {
        double[] sorted = series.clone();
        Arrays.sort(sorted);
        double limit = sorted.length == 0 ? 0 : sorted[rank(90, sorted.length)];
        return Arrays.stream(series).map(value -> value > limit ? 1 : 0).toArray();
    }

    private static int rank(double percentile, int n) {
        return (int) Math.clamp(Math.ceil(percentile / 100 * n) - 1, 0, n - 1);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** By statistic, its value in each replicate. */
    private static double[][] resample(
            double[] series, int length, double[] statistics, int replicates, SplittableRandom random) {
        int[] order = order(series);
        int n = series.length;
        double[][] resampled = new double[statistics.length][replicates];
        int[] times = new int[n];
        int[] ranks = new int[statistics.length];
        for (int i = 1; i < statistics.length; i++) {
            ranks[i] = rank(statistics[i], n);
        }
        for (int r = 0; r < replicates; r++) {
            draw(times, length, random);
            double sum = 0;
            int seen = 0;
            int next = 1;
            for (int place : order) {
                seen += times[place];
                sum += times[place] * series[place];
                while (next < statistics.length && seen > ranks[next]) {
                    resampled[next++][r] = series[place];
                }
            }
            resampled[0][r] = sum / seen;
        }
        return resampled;
    }

    /** How often each value is in one resample: blocks from random positions, wrapping around at the end. */
    private static void draw(int[] times, int length, SplittableRandom random) {
        int n = times.length;
        int[] steps = new int[n + 1];
        for (int drawn = 0; drawn < n; drawn += length) {
            int size = Math.min(length, n - drawn);
            int start = random.nextInt(n);
            int end = start + size;
            steps[start]++;
            steps[Math.min(end, n)]--;
            if (end > n) {
                steps[0]++;
                steps[end - n]--;
            }
        }
        int now = 0;
        for (int i = 0; i < n; i++) {
            now += steps[i];
            times[i] = now;
        }
    }

    /** The places of the values from the smallest to the largest. */
    private static int[] order(double[] series) {
        long[] keys = new long[series.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ((long) Float.floatToIntBits((float) series[i]) << 32) | i;
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    private static double varianceOfLogarithm(double[] values) {
        double mean = 0;
        for (double value : values) {
            mean += Math.log(value) / values.length;
        }
        double sum = 0;
        for (double value : values) {
            double difference = Math.log(value) - mean;
            sum += difference * difference;
        }
        return values.length < 2 ? 0 : sum / (values.length - 1);
    }
}
