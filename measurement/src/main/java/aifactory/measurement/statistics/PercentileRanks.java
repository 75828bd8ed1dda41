package aifactory.measurement.statistics;

/**
 * The order statistics between which a percentile lies with a given confidence, for any distribution: the number of
 * samples below the percentile is binomial (W. J. Conover, "Practical Nonparametric Statistics", 3.2). It holds for
 * independent samples.
 *
 * @param lower rank from 1; 0 where the samples are too few for a lower bound
 * @param upper rank; greater than the number of samples where they are too few for an upper bound
 */
public record PercentileRanks(long lower, long upper) {
    /** Beyond this variance the normal approximation errs by less than a rank in a thousand. */
    private static final double LARGEST_EXACT_VARIANCE = 1e8;

    private static final double NORMAL_975 = 1.959963984540054;

    /**
     * The ranks of the 95 % interval, each side being missed with a probability of at most 2.5 %.
     *
     * @param samples at least 0
     * @param percentile between 0 and 100, both excluded
     */
    public static PercentileRanks of95(long samples, double percentile) {
        double p = percentile / 100;
        if (samples == 0 || !(p > 0 && p < 1)) {
            return new PercentileRanks(0, samples + 1);
        }
        double mean = samples * p;
        double deviation = Math.sqrt(mean * (1 - p));
        if (deviation * deviation > LARGEST_EXACT_VARIANCE) {
            long lower = (long) Math.floor(mean - NORMAL_975 * deviation);
            long upper = (long) Math.ceil(mean + NORMAL_975 * deviation) + 1;
            return new PercentileRanks(Math.max(0, lower), Math.min(samples + 1, upper));
        }
        return exact(samples, p, Math.max(0, (long) Math.floor(mean - 10 * deviation - 20)));
    }

    private static PercentileRanks exact(long samples, double p, long start) {
        double logProbability = SpecialFunctions.logGamma(samples + 1.0)
                - SpecialFunctions.logGamma(start + 1.0)
                - SpecialFunctions.logGamma(samples - start + 1.0)
                + start * Math.log(p)
                + (samples - start) * Math.log1p(-p);
        double probability = Math.exp(logProbability);
        double below = 0;
        long lower = 0;
        for (long k = start; k <= samples; k++) {
            below += probability;
            // Here 'below' is the probability of at most k samples under the percentile.
            if (below <= 0.025) {
                lower = k + 1;
            }
            if (below >= 0.975) {
                return new PercentileRanks(lower, k + 1);
            }
            probability *= (double) (samples - k) / (k + 1) * (p / (1 - p));
        }
        return new PercentileRanks(lower, samples + 1);
    }
}
