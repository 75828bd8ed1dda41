package aifactory.reporting.comparison;

import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two sides of runs, compared.
 *
 * @param warnings what to know before believing the differences, in the words of the runs
 * @param summaries by side, those of its runs
 * @param notComparable why the sides cannot be compared, in which case nothing is concluded; empty where they can
 * @param differences of latencies
 * @param ofRuns differences of the metrics of whole runs: throughput, goodput, errors, tokens, energy
 * @param effects how far the distributions of each latency are apart
 * @param throughputs values of both sides without an interval, as earlier versions had them
 */
public record Comparison(
        List<Side> sides,
        ComparisonOptions options,
        List<Difference> differences,
        List<Difference> ofRuns,
        List<Effect> effects,
        List<PlainFigure> throughputs,
        List<String> warnings,
        List<String> notComparable,
        List<List<RunSummary>> summaries) {

    private static final String NO_DIFFERENCE = "No difference shown.";

    /**
     * One side.
     *
     * @param name {@code before} or {@code after}
     * @param fewestCompleted completed requests of its smallest run
     * @param curves percentile curves of its runs together
     */
    public record Side(
            String name, List<String> runs, long completed, long failed, long fewestCompleted, List<Curve> curves) {}

    /**
     * How far the distributions of a latency are apart.
     *
     * @param cliffsDelta -1 to 1, above 0 where the values after are larger
     * @param size {@code negligible}, {@code small}, {@code medium} or {@code large}
     */
    public record Effect(String metric, String title, double cliffsDelta, String size) {}

    /** A metric's value in milliseconds at each of {@link #curvePercentiles()}; empty without values. */
    public record Curve(String metric, String title, double[] milliseconds) {}

    /** A figure of both sides, the mean over their runs. */
    public record PlainFigure(String title, String unit, double before, double after) {}

    /** Where curves have their values. */
    public static double[] curvePercentiles() {
        return new double[] {1, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.9};
    }

    /** The difference of that name, {@code ttft_ms.p99} or {@code request_throughput}. */
    public Optional<Difference> difference(String name) {
        return Stream.concat(differences.stream(), ofRuns.stream())
                .filter(difference -> difference.name().equals(name))
                .findFirst();
    }

    /** The difference of a statistic of which there are only the values of whole runs; empty where a side has none. */
    Optional<Difference> ofSummaries(String metric, String statistic) {
        return SummaryDifference.of(metric, statistic, summaries.getFirst(), summaries.getLast(), options.confidence());
    }

    Comparison withDifferences(List<Difference> ofLatencies, List<Difference> ofWholeRuns) {
        return new Comparison(
                sides, options, ofLatencies, ofWholeRuns, effects, throughputs, warnings, notComparable, summaries);
    }

    /** Whether a difference between the sides says something about the server. */
    public boolean isComparable() {
        return notComparable.isEmpty();
    }

    /** Whether one side has too few completed requests for any figure. */
    public boolean saysNothing() {
        return isComparable() && count(Difference.Finding.TOO_FEW) == differences.size();
    }

    /** The whole in a sentence or two. */
    public String sentence() {
        String ofRequests = ofLatencies();
        String worse = titles(Difference.Finding.WORSE);
        String better = titles(Difference.Finding.BETTER);
        String more = (worse.isEmpty() ? "" : " Worse: " + worse + ".")
                + (better.isEmpty() ? "" : " Better: " + better + ".");
        return more.isEmpty() || !ofRequests.equals(NO_DIFFERENCE) ? ofRequests + more : more.strip();
    }

    private String titles(Difference.Finding finding) {
        return ofRuns.stream()
                .filter(difference -> difference.finding() == finding)
                .map(difference -> difference.title().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private String ofLatencies() {
        long slower = count(Difference.Finding.SLOWER);
        long faster = count(Difference.Finding.FASTER);
        if (!isComparable()) {
            return "Not comparable: " + String.join("; ", notComparable) + ".";
        }
        if (saysNothing()) {
            return "Inconclusive: one side has too few completed requests.";
        }
        if (slower == 0 && faster == 0) {
            return NO_DIFFERENCE;
        }
        return slower == 0
                ? "Faster in " + faster + " of " + differences.size() + " figures, slower in none."
                : faster == 0
                        ? "Slower in " + slower + " of " + differences.size() + " figures, faster in none."
                        : "Slower in " + slower + " and faster in " + faster + " of " + differences.size()
                                + " figures.";
    }

    /**
     * Which differences there are too few requests for, and how many it takes; empty where there are enough for all.
     * The percentile p of a run requires 10 / (1 − p) completed requests, a mean 40.
     */
    public String missing() {
        List<String> names = Stream.concat(differences.stream(), ofRuns.stream())
                .filter(difference -> difference.finding() == Difference.Finding.TOO_FEW)
                .map(Difference::name)
                .toList();
        if (names.isEmpty()) {
            return "";
        }
        long fewest = sides.stream().mapToLong(Side::fewestCompleted).min().orElse(0);
        return "Not shown, too few completed requests: " + String.join(", ", names) + ". The smallest run has "
                + Figures.count(fewest)
                + "; a p99 requires 1,000 per run, a p95 200, a p90 100, any other value 40, and a"
                + " metric without values per request two runs per side.";
    }

    private long count(Difference.Finding finding) {
        return differences.stream()
                .filter(difference -> difference.finding() == finding)
                .count();
    }
}
