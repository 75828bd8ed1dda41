package aifactory.workload;

/**
 * A distribution of token counts.
 *
 * @param shape the family
 * @param mean the mean in tokens; for uniform the middle
 * @param standardDeviation in tokens; 0 for constant and uniform
 * @param minimum the smallest count drawn
 * @param maximum the largest count drawn
 */
public record LengthDistribution(Shape shape, double mean, double standardDeviation, int minimum, int maximum) {
    /** The largest token count that a workload may ask for. */
    public static final int LARGEST = 2_000_000;

    /** The families of distributions. */
    public enum Shape {
        CONSTANT,
        NORMAL,
        UNIFORM,
        LOGNORMAL
    }

    /** Always that many tokens. */
    public static LengthDistribution constant(int tokens) {
        return new LengthDistribution(Shape.CONSTANT, tokens, 0, tokens, tokens);
    }

    /** Normal, cut off below 1. */
    public static LengthDistribution normal(double mean, double standardDeviation) {
        return standardDeviation == 0
                ? constant((int) Math.round(mean))
                : new LengthDistribution(Shape.NORMAL, mean, standardDeviation, 1, LARGEST);
    }
}
