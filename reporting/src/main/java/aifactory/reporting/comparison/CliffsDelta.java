package aifactory.reporting.comparison;

import java.util.Arrays;
import java.util.List;

/**
 * How far two distributions are apart, independently of their units: Cliff's delta (1993), the probability that a value
 * after is larger than a value before, less the probability that it is smaller. 0 where they overlap entirely, 1 where
 * every value after is larger. Stateless.
 */
final class CliffsDelta {
    /** Enough to be within 0.001; bounds the memory per run. */
    private static final int MOST_VALUES = 2048;

    private CliffsDelta() {}

    /** The values at evenly spaced ranks of a series. */
    static double[] thinned(double[] series) {
        double[] sorted = series.clone();
        Arrays.sort(sorted);
        if (sorted.length <= MOST_VALUES) {
            return sorted;
        }
        double[] thinned = new double[MOST_VALUES];
        for (int i = 0; i < MOST_VALUES; i++) {
            thinned[i] = sorted[(int) ((i + 0.5) * sorted.length / MOST_VALUES)];
        }
        return thinned;
    }

    /**
     * The mean over all pairs of a run before and a run after; NaN where a side has no values.
     *
     * @param before ascending values of each run
     */
    static double of(List<double[]> before, List<double[]> after) {
        double sum = 0;
        int pairs = 0;
        for (double[] one : before) {
            for (double[] other : after) {
                if (one.length > 0 && other.length > 0) {
                    sum += ofSorted(one, other);
                    pairs++;
                }
            }
        }
        return pairs == 0 ? Double.NaN : sum / pairs;
    }

    private static double ofSorted(double[] before, double[] after) {
        long dominance = 0;
        int smaller = 0;
        int notLarger = 0;
        for (double value : after) {
            while (smaller < before.length && before[smaller] < value) {
                smaller++;
            }
            while (notLarger < before.length && before[notLarger] <= value) {
                notLarger++;
            }
            dominance += smaller - (before.length - notLarger);
        }
        return (double) dominance / before.length / after.length;
    }

    /** The size as a term, by the thresholds of Romano et al. (2006). */
    static String size(double delta) {
        double size = Math.abs(delta);
        return size < 0.147 ? "negligible" : size < 0.33 ? "small" : size < 0.474 ? "medium" : "large";
    }
}
