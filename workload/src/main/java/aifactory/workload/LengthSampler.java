package aifactory.workload;

/** Draws token counts. Stateless: the count of a request is a function of its bits. */
public final class LengthSampler {
    private LengthSampler() {}

    /** The token count that belongs to the given random bits. */
    public static int sample(LengthDistribution distribution, long bits) {
        double drawn = switch (distribution.shape()) {
            case CONSTANT -> distribution.mean();
            case NORMAL -> distribution.mean() + distribution.standardDeviation() * SeededHash.normal(bits);
            case UNIFORM ->
                distribution.minimum()
                        + Math.floor(
                                SeededHash.unit(bits) * ((double) distribution.maximum() - distribution.minimum() + 1));
            case LOGNORMAL -> logNormal(distribution, bits);
        };
        return Math.clamp(Math.round(drawn), distribution.minimum(), distribution.maximum());
    }

    /** Parameters of the underlying normal from the asked mean and deviation of the log-normal itself. */
    private static double logNormal(LengthDistribution distribution, long bits) {
        double ratio = distribution.standardDeviation() / distribution.mean();
        double variance = Math.log1p(ratio * ratio);
        double location = Math.log(distribution.mean()) - variance / 2;
        return Math.exp(location + Math.sqrt(variance) * SeededHash.normal(bits));
    }
}
