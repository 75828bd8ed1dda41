package aifactory.measurement.statistics;

import java.util.SplittableRandom;

/**
 * Whether the level of a series of batch means changes, by a step or by a trend: the largest cumulative sum of deviations from the
 * mean (CUSUM), held against the same statistic of simulated series that do not change and are as autocorrelated as this one
 * (first-order autoregression, a parametric bootstrap).
 *
 * <p>The autocorrelation is estimated from what is left after the best step or line is taken away, so that a change does not hide
 * itself, and corrected upward for the bias that this brings, so that a series that merely remembers is not taken for one that
 * changes.
 *
 * @param probability of so large a statistic where the level does not change
 * @param changeIndex the first element after the most likely change
 * @param before mean of the elements before it
 * @param after mean of the elements from there on
 * @param trend whether a line fits the series better than a step
 */
public record LevelChange(double probability, int changeIndex, double before, double after, boolean trend) {
    /** Fewer elements than these are not tested. */
    public static final int FEWEST = 8;

    private static final int REPLICATES = 999;
    private static final double LARGEST_AUTOCORRELATION = 0.95;

    /**
     * Tests a series.
     *
     * @param series at least {@link #FEWEST} elements
     * @param seed of the simulated series
     */
    public static LevelChange of(double[] series, long seed) {
        if (series.length < FEWEST) {
            throw new IllegalArgumentException(series.length + " elements; at least " + FEWEST + " are needed");
        }
        int change = changeIndex(series);
        double before = mean(series, 0, change);
        double after = mean(series, change, series.length);
        double[] step = residualsOfStep(series, change, before, after);
        double[] line = residualsOfLine(series);
        boolean trend = squares(line) < squares(step);
        double autocorrelation = autocorrelation(trend ? line : step);
        double statistic = statistic(series);
        SplittableRandom random = new SplittableRandom(seed);
        double[] simulated = new double[series.length];
        int beyond = 0;
        for (int i = 0; i < REPLICATES; i++) {
            simulate(simulated, autocorrelation, random);
            beyond += statistic(simulated) >= statistic ? 1 : 0;
        }
        return new LevelChange((beyond + 1.0) / (REPLICATES + 1), change, before, after, trend);
    }

    private static void simulate(double[] series, double autocorrelation, SplittableRandom random) {
        double value = random.nextGaussian() / Math.sqrt(1 - autocorrelation * autocorrelation);
        for (int i = 0; i < series.length; i++) {
            series[i] = value;
            value = autocorrelation * value + random.nextGaussian();
        }
    }

    /** The largest cumulative sum over the standard deviation; 0 for a series whose elements are all the same. */
    private static double statistic(double[] series) {
        double mean = mean(series, 0, series.length);
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (double value : series) {
            sum += value - mean;
            squares += (value - mean) * (value - mean);
            largest = Math.max(largest, Math.abs(sum));
        }
        return squares <= 1e-20 * Math.max(1, mean * mean) ? 0 : largest / Math.sqrt(squares);
    }

    private static int changeIndex(double[] series) {
        double mean = mean(series, 0, series.length);
        double sum = 0;
        double largest = -1;
        int index = 1;
        for (int i = 0; i < series.length - 1; i++) {
            sum += series[i] - mean;
            if (Math.abs(sum) > largest) {
                largest = Math.abs(sum);
                index = i + 1;
            }
        }
        return index;
    }

    private static double[] residualsOfStep(double[] series, int change, double before, double after) {
        double[] residuals = new double[series.length];
        for (int i = 0; i < series.length; i++) {
            residuals[i] = series[i] - (i < change ? before : after);
        }
        return residuals;
    }

    private static double[] residualsOfLine(double[] series) {
        int n = series.length;
        double mean = mean(series, 0, n);
        double centre = (n - 1) / 2.0;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            products += (i - centre) * (series[i] - mean);
            squares += (i - centre) * (i - centre);
        }
        double[] residuals = new double[n];
        for (int i = 0; i < n; i++) {
            residuals[i] = series[i] - mean - products / squares * (i - centre);
        }
        return residuals;
    }

    /** Of first order, corrected for the bias of a series of this length from which a step or a line was taken. */
    private static double autocorrelation(double[] residuals) {
        int n = residuals.length;
        double products = 0;
        for (int i = 1; i < n; i++) {
            products += residuals[i] * residuals[i - 1];
        }
        double squares = squares(residuals);
        double raw = squares <= 0 ? 0 : products / squares;
        return Math.clamp((n * raw + 3) / (n - 5.0), 0, LARGEST_AUTOCORRELATION);
    }

    private static double squares(double[] values) {
        double squares = 0;
        for (double value : values) {
            squares += value * value;
        }
        return squares;
    }

    private static double mean(double[] series, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += series[i];
        }
        return sum / (to - from);
    }
}
