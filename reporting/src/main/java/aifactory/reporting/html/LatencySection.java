package aifactory.reporting.html;

import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.reporting.Figures;
import aifactory.reporting.MetricDefinitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Every latency with its definition, and its distribution on a scale that spreads the tail out. */
final class LatencySection {
    private static final List<List<Metric>> CHARTS = List.of(
            List.of(Metric.TTFT, Metric.TTFT_FROM_SCHEDULE, Metric.TTFO),
            List.of(Metric.TPOT, Metric.ITL),
            List.of(Metric.E2EL, Metric.E2EL_FROM_SCHEDULE));
    private static final List<String> CHART_TITLES =
            List.of("Time to first token, ms", "Per token and per chunk, ms", "End-to-end latency, ms");
    /** Beyond it a mark's text would touch that of the largest value. */
    private static final double LAST_CLEAR_POSITION = 0.86;

    private static final double[] TICKS = {0, 50, 90, 99, 99.9, 99.99, 99.999};

    private final Html html;
    private final RunResult result;
    private final Map<String, @Nullable MetricSummary> metrics;

    LatencySection(Html html, RunResult result) {
        this.html = html;
        this.result = result;
        this.metrics = result.summary().metrics();
    }

    void write() {
        html.open("section").element("h2", "Latency");
        if (!has(Metric.E2EL)) {
            html.element("p", "No latencies: no request of the measured window was completed.", "class", "empty");
            html.close().line();
            return;
        }
        html.element(
                "p",
                "Of completed requests of the measured window, over all clients. Milliseconds. Percentiles are of the pooled"
                        + " samples (nearest rank, three digits), never averages of averages. The client share is what the"
                        + " clients themselves may have added.",
                "class",
                "note");
        writeTable();
        html.element("h3", "Distribution");
        html.element(
                "p",
                "Latency by percentile (logarithmic): each step to the right holds a tenth of the requests of the one before.",
                "class",
                "note");
        html.open("div", "class", "charts");
        for (int i = 0; i < CHARTS.size(); i++) {
            writeChart(i);
        }
        html.close();
        for (int i = 0; i < CHARTS.size(); i++) {
            writeTableBehind(i);
        }
        html.close().line();
    }

    private boolean has(Metric metric) {
        MetricSummary figures = metrics.get(metric.jsonName());
        return figures != null && figures.count() > 0;
    }

    private void writeTable() {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Latencies");
        html.open("table", "class", "wide").element("caption", "Latencies in milliseconds");
        html.open("thead").open("tr");
        for (String head : List.of(
                "Metric",
                "p50",
                "p90",
                "p95",
                "p99",
                "p99, 95 % interval",
                "Client share, p50 / p99",
                "p99.9",
                "Largest",
                "Mean",
                "Std",
                "Samples")) {
            html.element("th", head, "scope", "col");
        }
        html.close().close().open("tbody").line();
        MetricDefinitions.OF_SERVER.forEach(this::writeRow);
        html.close();
        if (MetricDefinitions.OF_CLIENT.stream().anyMatch(this::has)) {
            html.open("tbody", "class", "of-client").line();
            MetricDefinitions.OF_CLIENT.forEach(this::writeRow);
            html.close();
        }
        html.close().close().line();
    }

    private void writeRow(Metric metric) {
        MetricSummary figures = metrics.get(metric.jsonName());
        boolean repeated =
                metric == Metric.TTFO && figures != null && figures.equals(metrics.get(Metric.TTFT.jsonName()));
        if (figures == null || figures.count() == 0 || repeated) {
            return;
        }
        html.open("tr").open("th", "scope", "row").text(metric.title());
        html.element("small", MetricDefinitions.of(metric)).close();
        cell(figures.p50());
        cell(figures.p90());
        cell(figures.p95());
        cell(figures.p99());
        html.element("td", interval(figures, "p99"));
        html.element("td", clientShare(figures));
        cell(figures.p99_9());
        cell(figures.max());
        cell(figures.mean());
        cell(figures.std());
        html.element("td", Figures.count(figures.count())).close().line();
    }

    private static String clientShare(MetricSummary figures) {
        MetricSummary.ClientShare share = figures.clientShare();
        return share == null ? Figures.NONE : Figures.bound(share.p50()) + " / " + Figures.bound(share.p99());
    }

    private static String interval(MetricSummary figures, String percentile) {
        MetricSummary.Interval interval =
                figures.ci95() == null ? null : figures.ci95().get(percentile);
        if (interval == null) {
            return Figures.NONE;
        }
        return Figures.of(interval.low()) + " … " + (interval.high() == null ? "∞" : Figures.of(interval.high()));
    }

    private void cell(double figure) {
        html.element("td", Figures.of(figure));
    }

    private List<Metric> shown(int chart) {
        List<Metric> shown = new ArrayList<>();
        for (Metric metric : CHARTS.get(chart)) {
            boolean repeated = metric == Metric.TTFO && sameCurve(Metric.TTFO, Metric.TTFT);
            if (!curve(metric).isEmpty() && !repeated) {
                shown.add(metric);
            }
        }
        return shown;
    }

    private boolean sameCurve(Metric one, Metric other) {
        return curve(one).equals(curve(other));
    }

    private List<RunResult.PercentilePoint> curve(Metric metric) {
        return result.distributions().getOrDefault(metric.jsonName(), List.of());
    }

    /** The percentiles that any of the metrics has, ascending. */
    private List<Double> percentiles(List<Metric> shown) {
        TreeSet<Double> percentiles = new TreeSet<>();
        shown.forEach(metric -> curve(metric).forEach(point -> percentiles.add(point.percentile())));
        return List.copyOf(percentiles);
    }

    private void writeChart(int chart) {
        List<Metric> shown = shown(chart);
        List<Double> percentiles = percentiles(shown);
        if (percentiles.size() < 2) {
            return;
        }
        double deepest = 1;
        for (double percentile : percentiles) {
            deepest = percentile < 100 ? Math.max(deepest, depth(percentile)) : deepest;
        }
        double end = percentiles.getLast() == 100 ? deepest * 1.12 : deepest;
        double[] positions = new double[percentiles.size()];
        for (int i = 0; i < positions.length; i++) {
            double percentile = percentiles.get(i);
            positions[i] = percentile == 100 ? 1 : depth(percentile) / end;
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        for (double tick : TICKS) {
            boolean clearOfLast = percentiles.getLast() != 100 || depth(tick) / end < LAST_CLEAR_POSITION;
            if (depth(tick) <= deepest + 1e-9 && clearOfLast) {
                ticks.add(new LineChart.Tick(depth(tick) / end, tick == 0 ? "p0" : Figures.plain(tick)));
            }
        }
        if (percentiles.getLast() == 100) {
            ticks.add(new LineChart.Tick(1, "max"));
        }
        new LineChart(
                        CHART_TITLES.get(chart),
                        description(shown),
                        positions,
                        ticks,
                        series(shown, percentiles),
                        true,
                        List.of(),
                        "distribution-" + chart,
                        columnsOf(shown))
                .with("percentile", limits(shown))
                .write(html);
    }

    /** How far a percentile lies to the right: each nine adds one. */
    private static double depth(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private List<LineChart.Series> series(List<Metric> shown, List<Double> percentiles) {
        List<LineChart.Series> series = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            double[] values = new double[percentiles.size()];
            for (int k = 0; k < values.length; k++) {
                values[k] = at(shown.get(i), percentiles.get(k));
            }
            series.add(new LineChart.Series(MetricDefinitions.shortName(shown.get(i)), i, i == 1, values));
        }
        return series;
    }

    private double at(Metric metric, double percentile) {
        for (RunResult.PercentilePoint point : curve(metric)) {
            if (point.percentile() == percentile) {
                return point.milliseconds();
            }
        }
        return Double.NaN;
    }

    private List<LineChart.Limit> limits(List<Metric> shown) {
        List<LineChart.Limit> limits = new ArrayList<>();
        shown.stream()
                .map(metric -> metric.jsonName().replaceFirst("(_from_schedule)?_ms$", ""))
                .distinct()
                .forEach(prefix -> limits.addAll(ChartLimits.of(result.summary(), prefix)));
        return limits;
    }

    private static List<Integer> columnsOf(List<Metric> shown) {
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            columns.add(i + 1);
        }
        return columns;
    }

    private String description(List<Metric> shown) {
        StringBuilder description = new StringBuilder("Latency by percentile.");
        for (Metric metric : shown) {
            MetricSummary figures = metrics.get(metric.jsonName());
            if (figures != null) {
                description
                        .append(' ')
                        .append(metric.title())
                        .append(": median ")
                        .append(Figures.of(figures.p50()))
                        .append(" ms, p99 ")
                        .append(Figures.of(figures.p99()))
                        .append(" ms, largest ")
                        .append(Figures.of(figures.max()))
                        .append(" ms.");
            }
        }
        return description.toString();
    }

    private void writeTableBehind(int chart) {
        List<Metric> shown = shown(chart);
        List<Double> percentiles = percentiles(shown);
        if (percentiles.size() < 2) {
            return;
        }
        List<String> columns = new ArrayList<>(List.of("Percentile"));
        shown.forEach(metric -> columns.add(MetricDefinitions.shortName(metric) + ", ms"));
        List<List<String>> rows = new ArrayList<>();
        for (double percentile : percentiles) {
            List<String> row = new ArrayList<>();
            row.add(percentile == 100 ? "largest" : percentile == 0 ? "smallest" : "p" + Figures.plain(percentile));
            shown.forEach(metric -> row.add(Figures.of(at(metric, percentile))));
            rows.add(row);
        }
        String title = CHART_TITLES.get(chart);
        DataTable.writeFolded(
                html,
                "distribution-" + chart,
                "Values of the chart: " + title,
                title + " by percentile",
                columns,
                rows);
    }
}
