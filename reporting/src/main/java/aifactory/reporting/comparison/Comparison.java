package aifactory.reporting.comparison;

import java.util.List;
import java.util.Optional;

/**
 * Two sides of runs, compared.
 *
 * @param warnings what to know before believing the differences, in the words of the runs
 * @param notComparable why the sides cannot be compared, in which case nothing is concluded; empty where they can
 * @param throughputs figures that follow from the load that was asked for, shown without a judgement
 */
public record Comparison(
        List<Side> sides,
        ComparisonOptions options,
        List<Difference> differences,
        List<PlainFigure> throughputs,
        List<String> warnings,
        List<String> notComparable) {

    /**
     * One side.
     *
     * @param name {@code before} or {@code after}
     * @param curves percentile curves of its runs together
     */
    public record Side(String name, List<String> runs, long completed, long failed, List<Curve> curves) {}

    /** A metric's value in milliseconds at each of {@link #curvePercentiles()}; empty without values. */
    public record Curve(String metric, String title, double[] milliseconds) {}

    /** A figure of both sides, the mean over their runs. */
    public record PlainFigure(String title, String unit, double before, double after) {}

    /** Where curves have their values. */
    public static double[] curvePercentiles() {
        return new double[] {1, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.9};
    }

    /** The difference of that name, {@code ttft_ms.p99}. */
    public Optional<Difference> difference(String name) {
        return differences.stream()
                .filter(difference -> difference.name().equals(name))
                .findFirst();
    }

    /** Whether a difference between the sides says something about the server. */
    public boolean isComparable() {
        return notComparable.isEmpty();
    }

    /** Whether one side has too few completed requests for any figure. */
    public boolean saysNothing() {
        return isComparable() && count(Difference.Finding.TOO_FEW) == differences.size();
    }

    /** The whole in one sentence. */
    public String sentence() {
        long slower = count(Difference.Finding.SLOWER);
        long faster = count(Difference.Finding.FASTER);
        if (!isComparable()) {
            return "Not comparable: " + String.join("; ", notComparable) + ".";
        }
        if (saysNothing()) {
            return "Nothing can be said: one side has too few completed requests.";
        }
        if (slower == 0 && faster == 0) {
            return "No difference shown.";
        }
        return slower == 0
                ? "Faster in " + faster + " of " + differences.size() + " figures, slower in none."
                : faster == 0
                        ? "Slower in " + slower + " of " + differences.size() + " figures, faster in none."
                        : "Slower in " + slower + " and faster in " + faster + " of " + differences.size()
                                + " figures.";
    }

    private long count(Difference.Finding finding) {
        return differences.stream()
                .filter(difference -> difference.finding() == finding)
                .count();
    }
}
