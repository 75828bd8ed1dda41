package aifactory.reporting.comparison;

import aifactory.measurement.Metric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A condition under which a comparison counts as failed: {@code ttft_ms.p99 > +5%}, {@code e2el_ms.mean > +20ms},
 * {@code request_throughput < -3%}, {@code error_share > +0.5pp}.
 *
 * <p>It holds when the difference is shown, corrected for the number of conditions, and is also beyond the limit. It
 * passes when the interval excludes the limit. Anything else is inconclusive.
 *
 * @param text as the user wrote it
 * @param statistic {@link Difference#VALUE} of a metric of whole runs
 * @param more whether the limit is passed upwards
 * @param limit a share when {@code relative}, else in the unit of the metric
 */
public record FailCondition(
        String text, String metric, String statistic, boolean more, double limit, boolean relative) {
    private static final Pattern FORM = Pattern.compile(
            "\\s*([a-z0-9_]+)(?:\\.([a-z0-9_]+))?\\s*([<>])\\s*([+-]?[0-9]+(?:\\.[0-9]+)?)\\s*(%|[a-z]+(?:/[a-z]+)?)?\\s*");

    /** Of the latencies that request records tell. */
    private static final List<String> STATISTICS = List.of("mean", "p50", "p90", "p95", "p99");

    /** What became of a condition. */
    public enum Outcome {
        /** The interval excludes the limit. */
        PASS,
        /** The difference is shown and beyond the limit. */
        FAIL,
        INCONCLUSIVE;

        /** Of all conditions together: the worst; empty without conditions. */
        public static Optional<Outcome> of(List<Result> results) {
            return Stream.of(FAIL, INCONCLUSIVE, PASS)
                    .filter(outcome -> results.stream().anyMatch(result -> result.outcome() == outcome))
                    .findFirst();
        }
    }

    /**
     * What became of a condition.
     *
     * @param told whether there were enough requests to judge it
     * @param sentence the condition, the outcome, the difference, and the reason
     */
    public record Result(FailCondition condition, boolean told, Outcome outcome, String sentence) {
        /** Whether the comparison counts as failed. */
        public boolean holds() {
            return outcome == Outcome.FAIL;
        }
    }

    /**
     * Reads a condition.
     *
     * @throws IllegalArgumentException naming what is wrong and how to write it
     */
    public static FailCondition parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw notACondition(text);
        }
        String metric = matcher.group(1);
        String statistic = matcher.group(2) == null ? Difference.VALUE : matcher.group(2);
        String unit = matcher.group(5) == null ? "" : matcher.group(5);
        requireMetric(text, metric, statistic);
        boolean relative = unit.equals("%");
        double scale = relative ? 0.01 : scale(text, metric, unit);
        boolean more = matcher.group(3).equals(">");
        double limit = Double.parseDouble(matcher.group(4));
        if (more ? limit < 0 : limit > 0) {
            throw new IllegalArgumentException("'" + text + "': a limit of " + matcher.group(4)
                    + " would hold without any difference; write '> +…' for more or '< -…' for less");
        }
        return new FailCondition(text.strip(), metric, statistic, more, limit * scale, relative);
    }

    private static IllegalArgumentException notACondition(String text) {
        return new IllegalArgumentException("'" + text
                + "' is not a condition: write METRIC.STATISTIC > +LIMIT with % or ms, as 'ttft_ms.p99 > +5%',"
                + " or a metric of whole runs, as 'request_throughput < -3%'");
    }

    private static void requireMetric(String text, String metric, String statistic) {
        boolean isOfRuns = RunMetric.ofJsonName(metric).isPresent();
        if (isOfRuns && !statistic.equals(Difference.VALUE)) {
            throw new IllegalArgumentException("'" + text + "': " + metric + " has one value per run; write '" + metric
                    + "' without '." + statistic + "'");
        }
        if (isOfRuns) {
            return;
        }
        if (Metric.ofJsonName(metric).isEmpty()) {
            if (statistic.equals(Difference.VALUE)) {
                throw notACondition(text);
            }
            throw new IllegalArgumentException("'" + text + "': there is no metric '" + metric + "'; use one of "
                    + String.join(", ", latencyNames()) + ", " + String.join(", ", runMetricNames()));
        }
        if (!STATISTICS.contains(statistic)) {
            throw new IllegalArgumentException("'" + text + "': "
                    + (statistic.equals(Difference.VALUE)
                            ? "a latency requires a statistic"
                            : "there is no statistic '" + statistic + "'")
                    + "; use " + metric + " with one of " + String.join(", ", STATISTICS));
        }
    }

    private static List<String> latencyNames() {
        return Arrays.stream(Metric.values()).map(Metric::jsonName).toList();
    }

    private static List<String> runMetricNames() {
        return Arrays.stream(RunMetric.values()).map(RunMetric::jsonName).toList();
    }

    /** By what an amount has to be multiplied to be in the unit of the metric. */
    private static double scale(String text, String metric, String unit) {
        Optional<RunMetric> ofRuns = RunMetric.ofJsonName(metric);
        List<String> known = ofRuns.map(FailCondition::units).orElse(List.of("ms", "s"));
        if (!known.contains(unit)) {
            throw new IllegalArgumentException("'" + text + "': '" + unit + "' is not a unit of " + metric
                    + "; use % or "
                    + String.join(
                            ", ", known.stream().filter(name -> !name.isEmpty()).toList()));
        }
        return switch (unit) {
            case "pp" -> 0.01;
            case "s" -> 1000;
            default -> 1;
        };
    }

    private static List<String> units(RunMetric metric) {
        return metric == RunMetric.ERROR_SHARE
                ? List.of("pp")
                : List.of(metric.unit().toLowerCase(Locale.ROOT), "");
    }

    /** What becomes of each condition, corrected for how many there are. */
    public static List<Result> evaluate(List<FailCondition> conditions, Comparison comparison) {
        return evaluate(conditions, List.of(comparison)).getFirst();
    }

    /** The same for the comparisons of several sides with the first, corrected for all of them together. */
    public static List<List<Result>> evaluate(List<FailCondition> conditions, List<Comparison> comparisons) {
        List<Double> probabilities = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            for (FailCondition condition : conditions) {
                probabilities.add(condition
                        .difference(comparison)
                        .map(Difference::probability)
                        .orElse(Double.NaN));
            }
        }
        double[] adjusted = HolmCorrection.adjust(
                probabilities.stream().mapToDouble(Double::doubleValue).toArray());
        List<List<Result>> results = new ArrayList<>();
        int place = 0;
        for (Comparison comparison : comparisons) {
            List<Result> ofComparison = new ArrayList<>();
            for (FailCondition condition : conditions) {
                boolean shown = adjusted[place++] < 1 - comparison.options().confidence();
                ofComparison.add(condition.result(comparison, shown));
            }
            results.add(ofComparison);
        }
        return results;
    }

    private String name() {
        return statistic.equals(Difference.VALUE) ? metric : metric + "." + statistic;
    }

    private Optional<Difference> difference(Comparison comparison) {
        return comparison.isComparable()
                ? comparison.difference(name()).or(() -> comparison.ofSummaries(metric, statistic))
                : Optional.empty();
    }

    private Result result(Comparison comparison, boolean shown) {
        if (!comparison.isComparable()) {
            return inconclusive(false, "the sides are not comparable");
        }
        Difference difference = difference(comparison).orElse(null);
        if (difference == null || !Double.isFinite(difference.before()) || !Double.isFinite(difference.after())) {
            return inconclusive(false, "a side has no " + name());
        }
        if (difference.finding() == Difference.Finding.TOO_FEW) {
            return inconclusive(false, tooFew());
        }
        String found = ComparisonFigures.changeOf(difference) + " (" + ComparisonFigures.interval(difference) + "), "
                + ComparisonFigures.value(difference, difference.before()) + " → "
                + ComparisonFigures.value(difference, difference.after()) + " " + ComparisonFigures.unit(difference);
        double amount = amount(difference, difference.change());
        boolean beyond = more ? amount > limit : amount < limit;
        double worst = amount(difference, more ? difference.high() : difference.low());
        if (beyond && shown) {
            return new Result(this, true, Outcome.FAIL, text + ": FAIL, " + found);
        }
        if (!beyond && (more ? worst <= limit : worst >= limit)) {
            return new Result(this, true, Outcome.PASS, text + ": PASS, " + found);
        }
        String reason = beyond ? "beyond the limit, but no difference is shown" : "the interval includes the limit";
        return new Result(this, true, Outcome.INCONCLUSIVE, text + ": inconclusive, " + found + "; " + reason);
    }

    /** A change as the limit is given: a share, or an amount in the unit of the metric. */
    private double amount(Difference difference, double change) {
        if (difference.absolute() == !relative) {
            return change;
        }
        return relative ? change / difference.before() : change * difference.before();
    }

    private String tooFew() {
        boolean isOfRequests =
                RunSamples.METRICS.stream().anyMatch(known -> known.jsonName().equals(metric));
        boolean isOfRuns = RunMetric.ofJsonName(metric).isPresent();
        return isOfRequests || isOfRuns
                ? "one side has too few completed requests for " + name()
                : name() + " has no values per request, so that each side requires two or more runs";
    }

    private Result inconclusive(boolean told, String reason) {
        return new Result(this, told, Outcome.INCONCLUSIVE, text + ": inconclusive, since " + reason);
    }
}
