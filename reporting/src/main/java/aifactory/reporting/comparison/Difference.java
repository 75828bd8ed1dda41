package aifactory.reporting.comparison;

/**
 * How one statistic of one metric differs between two sides.
 *
 * @param metric as in the summary, {@code ttft_ms}
 * @param statistic {@code mean}, {@code p50}, {@code p90}, {@code p95}, {@code p99}, or {@link #VALUE} of a metric of
 *     the whole run
 * @param title for people
 * @param unit of {@code before} and {@code after}
 * @param change of after against before, as a share: 0.1 is ten per cent more
 * @param low the interval's lower end, as a share
 * @param high the interval's upper end
 * @param probability of a difference at least as large if there were no difference (p-value)
 * @param adjustedProbability the same, corrected for the number of comparisons (Holm)
 * @param absolute whether change, low and high are amounts in {@code unit} instead of shares
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
        boolean absolute,
        Finding finding) {
    /** The statistic of a metric that has one value per run. */
    public static final String VALUE = "value";

    /** What can be said. */
    public enum Finding {
        NO_DIFFERENCE_SHOWN,
        SLOWER,
        FASTER,
        /** A metric of the whole run is worse, for instance a lower throughput. */
        WORSE,
        BETTER,
        /** A metric differs of which neither direction is better. */
        DIFFERENT,
        /** There are too few values on one side to say anything. */
        TOO_FEW,
        /** The sides measured different things: nothing is concluded. */
        NOT_COMPARABLE
    }

    /** {@code ttft_ms.p99}, {@code request_throughput}. */
    public String name() {
        return statistic.equals(VALUE) ? metric : metric + "." + statistic;
    }

    /** The finding as text. */
    public String words() {
        return switch (finding) {
            case NO_DIFFERENCE_SHOWN -> "no difference shown";
            case SLOWER -> "slower";
            case FASTER -> "faster";
            case WORSE -> "worse";
            case BETTER -> "better";
            case DIFFERENT -> "different";
            case TOO_FEW -> "too few requests";
            case NOT_COMPARABLE -> "not comparable";
        };
    }

    /** The values of both sides, without a conclusion. */
    Difference notComparable() {
        double none = Double.NaN;
        return with(none, none, none, none, none, Finding.NOT_COMPARABLE);
    }

    Difference judged(double adjusted, double level) {
        Finding judged =
                finding == Finding.TOO_FEW ? finding : adjusted >= level ? Finding.NO_DIFFERENCE_SHOWN : direction();
        return with(change, low, high, probability, adjusted, judged);
    }

    private Difference with(
            double newChange, double newLow, double newHigh, double chance, double adjusted, Finding newFinding) {
        return new Difference(
                metric,
                statistic,
                title,
                unit,
                before,
                after,
                newChange,
                newLow,
                newHigh,
                chance,
                adjusted,
                absolute,
                newFinding);
    }

    private Finding direction() {
        RunMetric ofRun = RunMetric.ofJsonName(metric).orElse(null);
        if (ofRun == null) {
            return change > 0 ? Finding.SLOWER : Finding.FASTER;
        }
        return switch (ofRun.better()) {
            case MORE -> change > 0 ? Finding.BETTER : Finding.WORSE;
            case LESS -> change > 0 ? Finding.WORSE : Finding.BETTER;
            case NEITHER -> Finding.DIFFERENT;
        };
    }
}
