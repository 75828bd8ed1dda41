package aifactory.reporting.html;

import aifactory.reporting.Figures;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.Difference;
import aifactory.reporting.comparison.FailCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison as one HTML file: the finding first, then each difference with its interval, then both sides' distributions. */
public final class ComparisonPage {
    private static final double DEEPEST = 99.9;

    private final Html html = new Html();
    private final Comparison comparison;
    private final List<FailCondition.Result> conditions;

    private ComparisonPage(Comparison comparison, List<FailCondition.Result> conditions) {
        this.comparison = comparison;
        this.conditions = conditions;
    }

    /** The whole document. */
    public static String of(Comparison comparison, List<FailCondition.Result> conditions) {
        ComparisonPage page = new ComparisonPage(comparison, conditions);
        PageFrame.begin(page.html, "Comparison of runs");
        page.writeHeading();
        page.writeVerdict();
        page.writeDifferences();
        page.writeDistributions();
        PageFrame.end(page.html, page.method());
        return page.html.finish();
    }

    private void writeHeading() {
        html.open("header").element("p", "Comparison of runs", "class", "kicker");
        html.element("h1", "Before and after");
        for (Comparison.Side side : comparison.sides()) {
            html.element(
                    "p",
                    side.name() + ": " + String.join(", ", side.runs()) + " · " + Figures.count(side.completed())
                            + " completed, " + Figures.count(side.failed()) + " failed",
                    "class",
                    "facts");
        }
        html.close().line();
    }

    private boolean shows(Difference.Finding finding) {
        return comparison.differences().stream().anyMatch(difference -> difference.finding() == finding);
    }

    private void writeVerdict() {
        boolean comparable = comparison.isComparable();
        boolean failed = conditions.stream().anyMatch(FailCondition.Result::holds);
        boolean slower = shows(Difference.Finding.SLOWER);
        String level =
                failed || !comparable ? "bad" : slower || !comparison.warnings().isEmpty() ? "doubtful" : "good";
        html.open("section", "class", "verdict " + level, "aria-label", "Finding");
        html.element("span", failed || !comparable ? "✕" : slower ? "!" : "=", "class", "mark", "aria-hidden", "true");
        html.open("div").element("h2", comparable ? comparison.sentence() : "Not comparable");
        boolean more = !conditions.isEmpty() || !comparison.warnings().isEmpty() || !comparable;
        if (more) {
            html.open("ul");
            comparison.notComparable().forEach(reason -> html.element("li", reason));
            conditions.forEach(condition -> html.element("li", condition.sentence()));
            comparison.warnings().forEach(warning -> html.element("li", warning));
            html.close();
        }
        html.close().close().line();
    }

    private void writeDifferences() {
        html.open("section").element("h2", "Differences");
        html.element("p", method(), "class", "note");
        List<List<String>> rows = new ArrayList<>();
        for (Difference difference : comparison.differences()) {
            rows.add(List.of(
                    difference.title() + ", " + difference.statistic(),
                    Figures.of(difference.before()),
                    Figures.of(difference.after()),
                    percent(difference.change()),
                    Double.isFinite(difference.low())
                            ? percent(difference.low()) + " … " + percent(difference.high())
                            : Figures.NONE,
                    difference.words()));
        }
        for (Comparison.PlainFigure figure : comparison.throughputs()) {
            rows.add(List.of(
                    figure.title() + ", " + figure.unit(),
                    Figures.of(figure.before()),
                    Figures.of(figure.after()),
                    comparison.isComparable() && figure.before() > 0
                            ? percent(figure.after() / figure.before() - 1)
                            : Figures.NONE,
                    "not judged",
                    ""));
        }
        List<String> heads = List.of("Milliseconds", "Before", "After", "Change", "Interval", "Finding");
        DataTable.write(html, "", "Differences", heads, rows);
        html.close().line();
    }

    private String method() {
        return String.format(
                Locale.ROOT,
                "%s %% intervals from a block bootstrap over time (seed %d); findings corrected for %d comparisons (Holm). The"
                        + " load sets the throughput in open loop, so it is shown without a judgement.",
                Figures.plain(comparison.options().confidence() * 100),
                comparison.options().seed(),
                comparison.differences().size());
    }

    private static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%+.1f %%", share * 100) : Figures.NONE;
    }

    private void writeDistributions() {
        Comparison.Side before = comparison.sides().getFirst();
        Comparison.Side after = comparison.sides().getLast();
        html.open("section").element("h2", "Distributions");
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < before.curves().size(); i++) {
            boolean both = before.curves().get(i).milliseconds().length > 0
                    && after.curves().get(i).milliseconds().length > 0;
            if (both) {
                shown.add(i);
            }
        }
        if (shown.isEmpty()) {
            html.element("p", "There is nothing to show: one side has no completed request.", "class", "empty");
        }
        html.open("div", "class", "charts");
        shown.forEach(i -> writeChart(i, before.curves().get(i), after.curves().get(i)));
        html.close();
        shown.forEach(i -> writeTable(i, before.curves().get(i), after.curves().get(i)));
        html.close().line();
    }

    private void writeChart(int number, Comparison.Curve before, Comparison.Curve after) {
        double[] percentiles = Comparison.curvePercentiles();
        double[] positions = new double[percentiles.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = depth(percentiles[i]) / depth(DEEPEST);
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        for (double tick : new double[] {50, 90, 99, 99.9}) {
            ticks.add(new LineChart.Tick(depth(tick) / depth(DEEPEST), Figures.plain(tick)));
        }
        new LineChart(
                        before.title() + ", ms",
                        before.title() + " by percentile, before and after.",
                        positions,
                        ticks,
                        List.of(
                                new LineChart.Series("before", 0, false, before.milliseconds()),
                                new LineChart.Series("after", 1, true, after.milliseconds())),
                        false,
                        List.of(),
                        "curve-" + number,
                        List.of(1, 2))
                .write(html);
    }

    private static double depth(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private void writeTable(int number, Comparison.Curve before, Comparison.Curve after) {
        double[] percentiles = Comparison.curvePercentiles();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < percentiles.length; i++) {
            rows.add(List.of(
                    "p" + Figures.plain(percentiles[i]),
                    Figures.of(before.milliseconds()[i]),
                    Figures.of(after.milliseconds()[i])));
        }
        DataTable.writeFolded(
                html,
                "curve-" + number,
                "Figures of the chart: " + before.title(),
                before.title() + " by percentile",
                List.of("Percentile", "before", "after"),
                rows);
    }
}
