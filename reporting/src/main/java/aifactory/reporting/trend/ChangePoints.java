package aifactory.reporting.trend;

import aifactory.reporting.comparison.StudentT;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the places at which the level of a series changes: hierarchical division as in E-divisive (Matteson and James
 * 2014), with Student's t as the criterion, as Hunter has it for nightly benchmarks (Fleming et al. 2023). Each
 * division is at the place with the largest t; it is accepted when its probability, multiplied by the number of places
 * (Bonferroni), is below {@link #SIGNIFICANCE}. Divisions that the segments on both sides do not confirm in the end are
 * withdrawn. Nothing is random: the same series has the same changes.
 *
 * <p>One run or two are never a change: outliers that their neighbours do not confirm are replaced by the median of the
 * neighbours first (Hampel filter), and a segment has at least {@value #SHORTEST} runs. Stateless.
 */
public final class ChangePoints {
    /** Of a series that is judged again with every new run, so that a year of equal nights stays quiet. */
    public static final double SIGNIFICANCE = 0.001;

    /** Of a segment. */
    private static final int SHORTEST = 3;

    /** Levels that differ less are never reported: no benchmark repeats itself more exactly. */
    private static final double LEAST_SPREAD = 0.001;

    private static final int HAMPEL_REACH = 3;
    private static final double HAMPEL_DEVIATIONS = 5;
    /** Makes a median of absolute deviations an estimate of the standard deviation of normal values. */
    private static final double NORMAL_MAD = 1.4826;

    private final double[] values;
    private final double leastChange;

    private ChangePoints(double[] values, double leastChange) {
        this.values = values;
        this.leastChange = leastChange;
    }

    /**
     * The changes in the order of the series.
     *
     * @param series in the order of time; without gaps, which say nothing
     * @param leastChange of the level as a share; smaller changes are not reported
     */
    public static List<ChangePoint> of(double[] series, double leastChange) {
        boolean isPositive = Arrays.stream(series).allMatch(value -> value > 0);
        double[] scale = isPositive ? Arrays.stream(series).map(Math::log).toArray() : series.clone();
        ChangePoints search = new ChangePoints(withoutOutliers(scale), leastChange);
        NavigableSet<Integer> places = new TreeSet<>();
        search.divide(0, scale.length, places);
        search.withdraw(places);
        return search.describe(places, isPositive);
    }

    private void divide(int from, int to, NavigableSet<Integer> places) {
        Division best = best(from, to);
        if (best == null || best.probability() >= SIGNIFICANCE) {
            return;
        }
        places.add(best.place());
        divide(from, best.place(), places);
        divide(best.place(), to, places);
    }

    private record Division(int place, double probability) {}

    private @Nullable Division best(int from, int to) {
        Division best = null;
        int candidates = to - from - 2 * SHORTEST + 1;
        for (int place = from + SHORTEST; place <= to - SHORTEST; place++) {
            double probability = Math.min(1, candidates * probability(from, place, to));
            if (best == null || probability < best.probability()) {
                best = new Division(place, probability);
            }
        }
        return best;
    }

    /** Of means as far apart where there is no change. */
    private double probability(int from, int place, int to) {
        double before = mean(from, place);
        double after = mean(place, to);
        double squares = squares(from, place, before) + squares(place, to, after);
        int freedom = to - from - 2;
        double variance = Math.max(squares / freedom, LEAST_SPREAD * LEAST_SPREAD);
        double error = Math.sqrt(variance * (1.0 / (place - from) + 1.0 / (to - place)));
        return StudentT.twoSidedP((after - before) / error, freedom);
    }

    /** Takes back what the final segments on both sides do not confirm: the least confirmed first. */
    private void withdraw(NavigableSet<Integer> places) {
        while (!places.isEmpty()) {
            int weakest = -1;
            double largest = -1;
            for (int place : places) {
                int from = start(places, place);
                int to = end(places, place);
                double probability = (to - from) * probability(from, place, to);
                double unconfirmed = Math.abs(change(from, place, to)) < leastChange ? 1 : probability;
                if (unconfirmed > largest) {
                    largest = unconfirmed;
                    weakest = place;
                }
            }
            if (largest < SIGNIFICANCE) {
                return;
            }
            places.remove(weakest);
        }
    }

    private static int start(NavigableSet<Integer> places, int place) {
        Integer before = places.lower(place);
        return before == null ? 0 : before;
    }

    private int end(NavigableSet<Integer> places, int place) {
        Integer next = places.higher(place);
        return next == null ? values.length : next;
    }

    /** On the scale of the values. */
    private double change(int from, int place, int to) {
        return mean(place, to) - mean(from, place);
    }

    private List<ChangePoint> describe(NavigableSet<Integer> places, boolean isLogarithm) {
        List<ChangePoint> changes = new ArrayList<>();
        for (int place : places) {
            int from = start(places, place);
            int to = end(places, place);
            double before = mean(from, place);
            double after = mean(place, to);
            changes.add(new ChangePoint(
                    place,
                    isLogarithm ? Math.exp(before) : before,
                    isLogarithm ? Math.exp(after) : after,
                    isLogarithm ? Math.expm1(after - before) : after - before,
                    Math.min(1, (to - from) * probability(from, place, to))));
        }
        return changes;
    }

    private double mean(int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }

    private double squares(int from, int to, double mean) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (values[i] - mean) * (values[i] - mean);
        }
        return sum;
    }

    /**
     * A value far from the median of itself and its neighbours becomes that median. The spread is that of successive
     * values.
     */
    private static double[] withoutOutliers(double[] series) {
        if (series.length < 2 * HAMPEL_REACH + 1) {
            return series;
        }
        double[] steps = new double[series.length - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = Math.abs(series[i + 1] - series[i]);
        }
        double deviation = Math.max(NORMAL_MAD * median(steps) / Math.sqrt(2), LEAST_SPREAD);
        double[] filtered = series.clone();
        for (int i = 0; i < series.length; i++) {
            int from = Math.max(0, i - HAMPEL_REACH);
            int to = Math.min(series.length, i + HAMPEL_REACH + 1);
            double middle = median(Arrays.copyOfRange(series, from, to));
            if (Math.abs(series[i] - middle) > HAMPEL_DEVIATIONS * deviation) {
                filtered[i] = middle;
            }
        }
        return filtered;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
