package aifactory.measurement.statistics;

import java.util.SplittableRandom;

/**
 * Whether the level of a series of batch means changes, by a step or by a trend: the largest cumulative sum of
 * deviations from the mean (CUSUM), compared with the same statistic of simulated series that do not change and are as
 * autocorrelated as this one (first-order autoregression, a parametric bootstrap).
 *
 * <p>The autocorrelation is estimated from what is left after the best step or line is taken away, so that a change
 * does not hide itself, and corrected upward for the bias that this brings, so that a series that merely remembers is
 * not taken for one that changes.
 *
 * @param probability of so large a statistic where the level does not change
 * @param changeIndex the first element after the most likely change
 * @param before mean of the elements before it
 * @param after mean of the elements from there on
 * @param trend whether a line fits the series better than a step
 */
public record LevelChange(double probability, int changeIndex, double before, double after, boolean trend) {
    /** Fewer elements than these are not tested. */
    public static final int FEWEST = 12;

    private static final int REPLICATES = 999;
    private static final double LARGEST_AUTOCORRELATION = 0.97;
    /** The simulated series are more autocorrelated than the estimate by so many standard errors. */
    private static final double CAUTION = 1;

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
        Fit fit = Fit.of(series);
        int n = series.length;
        double error = Math.sqrt((1 - fit.autocorrelation() * fit.autocorrelation()) / n);
        double simulatedAutocorrelation = Math.min(LARGEST_AUTOCORRELATION, fit.autocorrelation() + CAUTION * error);
        SplittableRandom random = new SplittableRandom(seed);
        double[] simulated = new double[n];
        int beyond = 0;
        for (int i = 0; i < REPLICATES; i++) {
            simulate(simulated, simulatedAutocorrelation, random);
            beyond += Fit.of(simulated).statistic() >= fit.statistic() ? 1 : 0;
        }
        int change = fit.changeIndex();
        return new LevelChange(
                (beyond + 1.0) / (REPLICATES + 1),
                change,
                mean(series, 0, change),
                mean(series, change, n),
                fit.trend());
    }

    private static void simulate(double[] series, double autocorrelation, SplittableRandom random) {
        double value = random.nextGaussian() / Math.sqrt(1 - autocorrelation * autocorrelation);
        for (int i = 0; i < series.length; i++) {
            series[i] = value;
            value = autocorrelation * value + random.nextGaussian();
        }
    }

    /**
     * What is estimated of one series.
     *
     * @param statistic the largest cumulative sum over its standard error in a series of that autocorrelation
     */
    private record Fit(int changeIndex, boolean trend, double autocorrelation, double statistic) {
        static Fit of(double[] series) {
            int n = series.length;
            double mean = mean(series, 0, n);
            int change = LevelChange.changeIndex(series);
            double before = mean(series, 0, change);
            double[] step = residualsOfStep(series, change, before, mean(series, change, n));
            double[] line = residualsOfLine(series);
            boolean trend = squares(line) < squares(step);
            double[] rest = trend ? line : step;
            double autocorrelation = LevelChange.autocorrelation(rest);
            double spread = squares(rest) / n * (1 - autocorrelation * autocorrelation);
            double largest = Math.abs(change * (before - mean));
            // Rounding is no spread.
            double statistic = largest <= 1e-9 * Math.max(1, Math.abs(mean))
                    ? 0
                    : largest * (1 - autocorrelation) / Math.sqrt(spread * n);
            return new Fit(change, trend, autocorrelation, statistic);
        }
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

    /**
     * Of first order. In n elements from which the best step or line was taken it is too small by (3 + 8 a) / n, as
     * simulated series of 10 to 30 elements show; this is corrected.
     */
    private static double autocorrelation(double[] residuals) {
        int n = residuals.length;
        double products = 0;
        for (int i = 1; i < n; i++) {
            products += residuals[i] * residuals[i - 1];
        }
        double squares = squares(residuals);
        double raw = squares <= 0 ? 0 : products / squares;
        return Math.clamp((n * raw + 3) / (n - 8.0), 0, LARGEST_AUTOCORRELATION);
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
