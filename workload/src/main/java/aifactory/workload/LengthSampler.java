package aifactory.workload;

/** Draws token counts. Stateless: the count of a request is a function of its bits. */
public final class LengthSampler {
    private static final int TRIALS = 20_000;

    private LengthSampler() {}

    /** The token count that belongs to the given random bits. */
    public static int sample(LengthDistribution distribution, long bits) {
        return Math.clamp(Math.round(drawn(distribution, bits)), distribution.minimum(), distribution.maximum());
    }

    /**
     * The share of counts that are drawn beyond the bounds and set to the nearer one, from 20,000 draws, so that its
     * standard error is at most 0.0036.
     */
    public static double shareBeyondBounds(LengthDistribution distribution) {
        int beyond = 0;
        for (int draw = 0; draw < TRIALS; draw++) {
            long count = Math.round(drawn(distribution, SeededHash.bits(0, SeededHash.Purpose.INPUT_LENGTH, draw)));
            if (count < distribution.minimum() || count > distribution.maximum()) {
                beyond++;
            }
        }
        return (double) beyond / TRIALS;
    }

    private static double drawn(LengthDistribution distribution, long bits) {
        return switch (distribution.shape()) {
            case CONSTANT -> distribution.mean();
            case NORMAL -> distribution.mean() + distribution.standardDeviation() * SeededHash.normal(bits);
            case UNIFORM ->
                distribution.minimum()
                        + Math.floor(
                                SeededHash.unit(bits) * ((double) distribution.maximum() - distribution.minimum() + 1));
            case LOGNORMAL -> logNormal(distribution, bits);
        };
    }

    /** Parameters of the underlying normal from the asked mean and deviation of the log-normal itself. */
    private static double logNormal(LengthDistribution distribution, long bits) {
        double ratio = distribution.standardDeviation() / distribution.mean();
        double variance = Math.log1p(ratio * ratio);
        double location = Math.log(distribution.mean()) - variance / 2;
        return Math.exp(location + Math.sqrt(variance) * SeededHash.normal(bits));
    }
}
