package aifactory.reporting.comparison;

/**
 * How one statistic of one metric differs between two sides.
 *
 * @param metric as in the summary, {@code ttft_ms}
 * @param statistic {@code mean}, {@code p50}, {@code p90}, {@code p95}, {@code p99}, or {@code value} where there is only one
 * @param title for people
 * @param unit of {@code before} and {@code after}
 * @param change of after against before, as a share: 0.1 is ten per cent more
 * @param low the interval's lower end, as a share
 * @param high the interval's upper end
 * @param probability of a difference at least so large where there is none
 * @param adjustedProbability the same, corrected for the number of comparisons (Holm)
 */
public record Difference(
        String metric,
        String statistic,
        String title,
        String unit,
        double before,
        double after,
        double change,
        double low,
        double high,
        double probability,
        double adjustedProbability,
        Finding finding) {

    /** What can be said. */
    public enum Finding {
        NO_DIFFERENCE_SHOWN,
        SLOWER,
        FASTER,
        /** There are too few values on one side to say anything. */
        TOO_FEW,
        /** The sides measured different things: nothing is concluded. */
        NOT_COMPARABLE
    }

    /** {@code ttft_ms.p99}. */
    public String name() {
        return metric + "." + statistic;
    }

    /** The finding in words. */
    public String words() {
        return switch (finding) {
            case NO_DIFFERENCE_SHOWN -> "no difference shown";
            case SLOWER -> "slower";
            case FASTER -> "faster";
            case TOO_FEW -> "too few requests";
            case NOT_COMPARABLE -> "not comparable";
        };
    }

    /** The values of both sides, without a conclusion. */
    Difference notComparable() {
        double none = Double.NaN;
        return new Difference(
                metric, statistic, title, unit, before, after, none, none, none, none, none, Finding.NOT_COMPARABLE);
    }

    Difference judged(double adjusted, double level) {
        Finding judged = finding == Finding.TOO_FEW
                ? finding
                : adjusted >= level ? Finding.NO_DIFFERENCE_SHOWN : isWorse() ? Finding.SLOWER : Finding.FASTER;
        return new Difference(
                metric, statistic, title, unit, before, after, change, low, high, probability, adjusted, judged);
    }

    private boolean isWorse() {
        return change > 0;
    }
}
