package aifactory.measurement.statistics;

/**
 * Whether samples show that more than a given share of all lies beyond a limit, or only that some of these few do.
 * Stateless.
 */
public final class BinomialBound {
    private static final double SIGNIFICANCE = 0.05;
    private static final double NORMAL_95 = 1.6448536269514722;
    /** Beyond this variance the normal approximation is as good. */
    private static final double LARGEST_EXACT_VARIANCE = 1e5;

    private BinomialBound() {}

    /**
     * Whether the one-sided 95 % bound says that the share of all that lies beyond is larger than the given one: with
     * just that share, as many beyond as these would be seen in fewer than 5 % of all cases. It holds for independent
     * samples.
     *
     * @param beyond samples beyond the limit
     * @param samples of which these are
     * @param share 0.01 for the 99th percentile
     */
    public static boolean isExceeded(long beyond, long samples, double share) {
        if (beyond <= samples * share) {
            return false;
        }
        double variance = samples * share * (1 - share);
        if (variance > LARGEST_EXACT_VARIANCE) {
            return (beyond - 0.5 - samples * share) / Math.sqrt(variance) > NORMAL_95;
        }
        return upperTail(beyond, samples, share) < SIGNIFICANCE;
    }

    /** The probability of at least so many. */
    private static double upperTail(long beyond, long samples, double share) {
        double logChoose = SpecialFunctions.logGamma(samples + 1.0)
                - SpecialFunctions.logGamma(beyond + 1.0)
                - SpecialFunctions.logGamma(samples - beyond + 1.0);
        double term = Math.exp(logChoose + beyond * Math.log(share) + (samples - beyond) * Math.log1p(-share));
        double sum = 0;
        // Above the mean each term is smaller than the one before.
        for (long k = beyond; k <= samples && term > sum * 1e-12; k++) {
            sum += term;
            term *= (double) (samples - k) / (k + 1) * (share / (1 - share));
        }
        return sum;
    }
}
