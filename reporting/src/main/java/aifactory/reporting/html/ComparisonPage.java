package aifactory.reporting.html;

import aifactory.reporting.Figures;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.ComparisonFigures;
import aifactory.reporting.comparison.Difference;
import aifactory.reporting.comparison.FailCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A comparison as one HTML file: the finding first, then each difference with its interval, then both sides'
 * distributions.
 */
public final class ComparisonPage {
    private static final double DEEPEST = 99.9;
    private static final int COLOURS = 6;

    private final Html html;
    private final Comparison comparison;
    private final List<FailCondition.Result> conditions;

    private ComparisonPage(Html html, Comparison comparison, List<FailCondition.Result> conditions) {
        this.html = html;
        this.comparison = comparison;
        this.conditions = conditions;
    }

    /** The whole document. */
    public static String of(Comparison comparison, List<FailCondition.Result> conditions) {
        return of(List.of(comparison), List.of(conditions));
    }

    /** The document of several sides, each compared with the first, and what became of the conditions of each. */
    public static String of(List<Comparison> comparisons, List<List<FailCondition.Result>> conditions) {
        Html html = new Html();
        PageFrame.begin(html, "Comparison of runs");
        List<Comparison.Side> sides = new ArrayList<>(comparisons.getFirst().sides());
        comparisons.stream()
                .skip(1)
                .forEach(further -> sides.add(further.sides().getLast()));
        writeHeading(html, sides);
        for (int i = 0; i < comparisons.size(); i++) {
            ComparisonPage page = new ComparisonPage(html, comparisons.get(i), conditions.get(i));
            if (comparisons.size() > 1) {
                html.element("h2", "Before and " + sides.get(i + 1).name());
            }
            page.writeVerdict();
            page.writeDifferences();
            page.writeMissing();
        }
        writeDistributions(html, sides);
        PageFrame.end(html, ComparisonFigures.method(comparisons.getFirst()));
        return html.finish();
    }

    private static void writeHeading(Html html, List<Comparison.Side> sides) {
        html.open("header").element("p", "Comparison of runs", "class", "kicker");
        html.element("h1", "Before and after");
        for (Comparison.Side side : sides) {
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
        return Stream.concat(comparison.differences().stream(), comparison.ofRuns().stream())
                .anyMatch(difference -> difference.finding() == finding);
    }

    private void writeVerdict() {
        boolean comparable = comparison.isComparable();
        FailCondition.Outcome outcome = FailCondition.Outcome.of(conditions).orElse(null);
        boolean failed = outcome == FailCondition.Outcome.FAIL;
        boolean slower = shows(Difference.Finding.SLOWER)
                || shows(Difference.Finding.WORSE)
                || outcome == FailCondition.Outcome.INCONCLUSIVE;
        String level =
                failed || !comparable ? "bad" : slower || !comparison.warnings().isEmpty() ? "doubtful" : "good";
        html.open("section", "class", "verdict " + level, "aria-label", "Finding");
        html.element("span", failed || !comparable ? "✕" : slower ? "!" : "=", "class", "mark", "aria-hidden", "true");
        String heading = comparable ? comparison.sentence() : "Not comparable";
        html.open("div").element("h2", outcome == null ? heading : outcome.name() + ": " + heading);
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
        html.element("p", ComparisonFigures.method(comparison), "class", "note");
        List<List<String>> rows = new ArrayList<>();
        Stream.concat(comparison.differences().stream(), comparison.ofRuns().stream())
                .filter(difference -> difference.finding() != Difference.Finding.TOO_FEW)
                .forEach(difference -> rows.add(row(difference)));
        List<String> heads = List.of("Metric", "Unit", "Before", "After", "Change", "Interval", "Cliff's δ", "Result");
        DataTable.write(html, "", "Differences", heads, rows);
        html.close().line();
    }

    private List<String> row(Difference difference) {
        boolean ofRequests = !difference.statistic().equals(Difference.VALUE);
        String effect = comparison.effects().stream()
                .filter(found -> found.metric().equals(difference.metric())
                        && difference.statistic().equals("mean")
                        && comparison.isComparable())
                .map(ComparisonFigures::effect)
                .findFirst()
                .orElse("");
        return List.of(
                difference.title() + (ofRequests ? ", " + difference.statistic() : ""),
                ComparisonFigures.unit(difference),
                ComparisonFigures.value(difference, difference.before()),
                ComparisonFigures.value(difference, difference.after()),
                ComparisonFigures.changeOf(difference),
                ComparisonFigures.interval(difference),
                effect,
                difference.words());
    }

    /** What there are too few requests for, folded away. */
    private void writeMissing() {
        String missing = comparison.missing();
        if (!comparison.isComparable() || missing.isEmpty()) {
            return;
        }
        html.open("details")
                .element("summary", "Differences without enough requests")
                .element("p", missing)
                .close()
                .line();
    }

    private static void writeDistributions(Html html, List<Comparison.Side> sides) {
        html.open("section").element("h2", "Distributions");
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < sides.getFirst().curves().size(); i++) {
            int metric = i;
            if (sides.stream().allMatch(side -> side.curves().get(metric).milliseconds().length > 0)) {
                shown.add(i);
            }
        }
        if (shown.isEmpty()) {
            html.element("p", "No distributions: one side has no completed request.", "class", "empty");
        }
        html.open("div", "class", "charts");
        shown.forEach(metric -> writeChart(html, metric, sides));
        html.close();
        shown.forEach(metric -> writeTable(html, metric, sides));
        html.close().line();
    }

    private static void writeChart(Html html, int metric, List<Comparison.Side> sides) {
        double[] percentiles = Comparison.curvePercentiles();
        double[] positions = new double[percentiles.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = depth(percentiles[i]) / depth(DEEPEST);
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        for (double tick : new double[] {50, 90, 99, 99.9}) {
            ticks.add(new LineChart.Tick(depth(tick) / depth(DEEPEST), Figures.plain(tick)));
        }
        List<LineChart.Series> series = new ArrayList<>();
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            Comparison.Side side = sides.get(i);
            series.add(new LineChart.Series(
                    side.name(), i % COLOURS, i > 0, side.curves().get(metric).milliseconds()));
            columns.add(i + 1);
        }
        String title = sides.getFirst().curves().get(metric).title();
        new LineChart(
                        title + ", ms",
                        title + " by percentile, " + String.join(", ", names(sides)) + ".",
                        positions,
                        ticks,
                        series,
                        false,
                        List.of(),
                        "curve-" + metric,
                        columns)
                .write(html);
    }

    private static List<String> names(List<Comparison.Side> sides) {
        return sides.stream().map(Comparison.Side::name).toList();
    }

    private static double depth(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static void writeTable(Html html, int metric, List<Comparison.Side> sides) {
        double[] percentiles = Comparison.curvePercentiles();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < percentiles.length; i++) {
            List<String> row = new ArrayList<>(List.of("p" + Figures.plain(percentiles[i])));
            for (Comparison.Side side : sides) {
                row.add(Figures.of(side.curves().get(metric).milliseconds()[i]));
            }
            rows.add(row);
        }
        String title = sides.getFirst().curves().get(metric).title();
        List<String> heads = new ArrayList<>(List.of("Percentile"));
        heads.addAll(names(sides));
        DataTable.writeFolded(
                html, "curve-" + metric, "Figures of the chart: " + title, title + " by percentile", heads, rows);
    }
}
