package aifactory.reporting.comparison;

/**
 * How long a block must be so that values in different blocks are nearly independent: the automatic choice of Politis
 * and White (2004, with the correction of Patton, Politis and White 2009) for the circular block bootstrap; and what
 * such blocks still leave out.
 *
 * @param values in a block
 * @param leftOut by how much the variance of the mean, taken from such blocks, has to be multiplied: dependence that
 *      reaches beyond a block is missing in it, as is what the mean of a few blocks takes away from their spread; at
 *      least 1
 */
record BlockLength(int values, double leftOut) {
    private static final int LEAST_BLOCKS = 8;
    /** What is beyond comes from a noisy estimate that cannot be right. */
    private static final double MOST_LEFT_OUT = 4;

    /** For a series in order of time: at least the cube root of its length, at most an eighth of it. */
    static BlockLength of(double[] series) {
        int n = series.length;
        int most = Math.max(1, n / LEAST_BLOCKS);
        int reach = (int) Math.min(n / 4.0, Math.ceil(2 * Math.sqrt(n)) + 10);
        if (reach < 4) {
            return new BlockLength(1, 1);
        }
        double[] covariance = autocovariance(series, 2 * reach < n ? 2 * reach : n - 1);
        if (covariance[0] <= 0) {
            return new BlockLength((int) Math.clamp(Math.ceil(Math.cbrt(n)), 1, most), 1);
        }
        int lags = Math.min(2 * lastSignificant(covariance, n, reach), covariance.length - 1);
        double chosen = Math.max(Math.cbrt(n), optimal(covariance, lags, n, reach));
        int length = (int) Math.clamp(Math.ceil(chosen), 1, most);
        return new BlockLength(length, leftOut(covariance, lags, length, n));
    }

    /** The longer of two, with the larger correction. */
    BlockLength orLonger(BlockLength other) {
        return new BlockLength(Math.max(values, other.values), Math.max(leftOut, other.leftOut));
    }

    /**
     * The whole dependence against that within blocks, in which two values {@code k} apart meet the less the larger k
     * is.
     */
    private static double leftOut(double[] covariance, int lags, int length, int n) {
        double whole = covariance[0];
        for (int k = 1; k <= lags; k++) {
            whole += 2 * flatTop((double) k / lags) * covariance[k];
        }
        double within = covariance[0];
        for (int k = 1; k < length && k < covariance.length; k++) {
            within += 2 * (1 - (double) k / length) * covariance[k];
        }
        double ofFewBlocks = (double) n / (n - length);
        return within <= 0 ? MOST_LEFT_OUT : Math.clamp(ofFewBlocks * Math.max(1, whole / within), 1, MOST_LEFT_OUT);
    }

    private static double optimal(double[] covariance, int lags, int n, int reach) {
        double sum = covariance[0];
        double weighted = 0;
        for (int k = 1; k <= lags; k++) {
            double window = flatTop((double) k / lags);
            sum += 2 * window * covariance[k];
            weighted += 2 * window * k * covariance[k];
        }
        double variance = 4.0 / 3 * sum * sum;
        return variance <= 0 ? reach : Math.cbrt(2 * weighted * weighted / variance * n);
    }

    /** The first lag after which a run of autocorrelations cannot be distinguished from zero. */
    private static int lastSignificant(double[] covariance, int n, int reach) {
        int run = Math.max(5, (int) Math.ceil(Math.sqrt(Math.log10(n))));
        double bound = 2 * Math.sqrt(Math.log10(n) / n);
        int quiet = 0;
        for (int k = 1; k <= reach && k < covariance.length; k++) {
            quiet = Math.abs(covariance[k] / covariance[0]) < bound ? quiet + 1 : 0;
            if (quiet == run) {
                return Math.max(1, k - run);
            }
        }
        return reach;
    }

    private static double flatTop(double share) {
        return share <= 0.5 ? 1 : share <= 1 ? 2 * (1 - share) : 0;
    }

    private static double[] autocovariance(double[] series, int lags) {
        double mean = 0;
        for (double value : series) {
            mean += value / series.length;
        }
        double[] covariance = new double[lags + 1];
        for (int k = 0; k <= lags; k++) {
            double sum = 0;
            for (int i = k; i < series.length; i++) {
                sum += (series[i] - mean) * (series[i - k] - mean);
            }
            covariance[k] = sum / series.length;
        }
        return covariance;
    }
}
