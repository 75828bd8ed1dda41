package aifactory.reporting.comparison;

import aifactory.reporting.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition under which a comparison counts as failed: {@code ttft_ms.p99 > +5%}, {@code e2el_ms.mean > +20ms},
 * {@code tpot_ms.p50 < -5%}.
 *
 * <p>It holds when the difference is shown, corrected for the number of conditions, and is also beyond the limit. What only looks
 * larger and may be chance does not fail anything.
 *
 * @param text as the user wrote it
 * @param more whether the limit is passed upwards
 * @param limit a share when {@code relative}, else milliseconds
 */
public record FailCondition(
        String text, String metric, String statistic, boolean more, double limit, boolean relative) {
    private static final Pattern FORM =
            Pattern.compile("\\s*([a-z0-9_]+)\\.([a-z0-9_]+)\\s*([<>])\\s*([+-]?[0-9]+(?:\\.[0-9]+)?)\\s*(%|ms)\\s*");
    private static final List<String> STATISTICS = List.of("mean", "p50", "p90", "p95", "p99");

    /**
     * What became of a condition.
     *
     * @param told whether there were enough requests to tell
     * @param holds whether the comparison counts as failed
     * @param sentence the condition, the difference, and why
     */
    public record Result(FailCondition condition, boolean told, boolean holds, String sentence) {}

    /**
     * Reads a condition.
     *
     * @throws IllegalArgumentException naming what is wrong and how to write it
     */
    public static FailCondition parse(String text) {
        Matcher matcher = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not a condition: write METRIC.STATISTIC > +LIMIT with % or ms, as 'ttft_ms.p99 > +5%'");
        }
        String metric = matcher.group(1);
        String statistic = matcher.group(2);
        List<String> metrics =
                RunSamples.METRICS.stream().map(known -> known.jsonName()).toList();
        if (metric.equals("itl_ms")) {
            throw new IllegalArgumentException("'" + text
                    + "': single gaps are not in the request records, so itl_ms has no interval; use tpot_ms");
        }
        if (!metrics.contains(metric)) {
            throw new IllegalArgumentException(
                    "'" + text + "': there is no metric '" + metric + "'; use one of " + String.join(", ", metrics));
        }
        if (!STATISTICS.contains(statistic)) {
            throw new IllegalArgumentException("'" + text + "': there is no statistic '" + statistic + "'; use one of "
                    + String.join(", ", STATISTICS));
        }
        boolean more = matcher.group(3).equals(">");
        boolean relative = matcher.group(5).equals("%");
        double limit = Double.parseDouble(matcher.group(4));
        if (more ? limit < 0 : limit > 0) {
            throw new IllegalArgumentException("'" + text + "': a limit of " + matcher.group(4)
                    + " would hold without any difference; write '> +…' for slower or '< -…' for faster");
        }
        return new FailCondition(text.strip(), metric, statistic, more, relative ? limit / 100 : limit, relative);
    }

    /** What becomes of each condition, corrected for how many there are. */
    public static List<Result> evaluate(List<FailCondition> conditions, Comparison comparison) {
        double[] probabilities = conditions.stream()
                .mapToDouble(condition -> comparison
                        .difference(condition.name())
                        .map(Difference::probability)
                        .orElse(Double.NaN))
                .toArray();
        double[] adjusted = HolmCorrection.adjust(probabilities);
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < adjusted.length; i++) {
            boolean shown = adjusted[i] < 1 - comparison.options().confidence();
            results.add(conditions.get(i).result(comparison, shown));
        }
        return results;
    }

    private String name() {
        return metric + "." + statistic;
    }

    private Result result(Comparison comparison, boolean shown) {
        if (!comparison.isComparable()) {
            return new Result(this, false, false, text + ": inconclusive, since the sides are not comparable");
        }
        Difference difference = comparison.difference(name()).orElse(null);
        if (difference == null || difference.finding() == Difference.Finding.TOO_FEW) {
            return new Result(
                    this,
                    false,
                    false,
                    text + ": cannot be told, since one side has too few completed requests for " + name());
        }
        double amount = relative ? difference.change() : difference.after() - difference.before();
        boolean beyond = more ? amount > limit : amount < limit;
        String found = ComparisonFigures.change(difference.change()) + " (" + ComparisonFigures.interval(difference)
                + "), " + Figures.of(difference.before()) + " → " + Figures.of(difference.after()) + " ms";
        if (beyond && shown) {
            return new Result(this, true, true, text + ": holds, " + found);
        }
        return new Result(
                this,
                true,
                false,
                text + ": does not hold, " + found + (beyond ? "; beyond the limit, but no difference is shown" : ""));
    }
}
