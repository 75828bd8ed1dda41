package aifactory.reporting.comparison;

/**
 * How to compare.
 *
 * @param confidence of the intervals and, over all comparisons together, of the findings; between 0 and 1
 * @param replicates of the bootstrap, 50 to 100,000
 * @param seed of the bootstrap: the same runs and seed give the same figures
 */
public record ComparisonOptions(double confidence, int replicates, long seed) {
    public static final ComparisonOptions DEFAULTS = new ComparisonOptions(0.95, 500, 1);

    public ComparisonOptions {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence " + confidence + ": give a share between 0 and 1, as 0.95");
        }
        if (replicates < 50 || replicates > 100_000) {
            throw new IllegalArgumentException(replicates + " replicates: give a number from 50 to 100000");
        }
    }
}
