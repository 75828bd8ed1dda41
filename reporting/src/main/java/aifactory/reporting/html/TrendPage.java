package aifactory.reporting.html;

import aifactory.reporting.Figures;
import aifactory.reporting.trend.Trend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Metrics over the runs of a benchmark as one HTML file: each with its chart, its changes and the versions at each. */
public final class TrendPage {
    private static final int MOST_TICKS = 5;

    private final Html html = new Html();

    private TrendPage() {}

    /**
     * The whole document.
     *
     * @param benchmark its model and load
     * @param version of the program
     */
    public static String of(String benchmark, List<Trend> trends, String version) {
        TrendPage page = new TrendPage();
        PageFrame.begin(page.html, "Trend");
        page.html.open("header").element("p", "Trend", "class", "kicker").element("h1", benchmark);
        page.html
                .element("p", "Valid runs of the same workload and model, the oldest first.", "class", "facts")
                .close()
                .line();
        for (int i = 0; i < trends.size(); i++) {
            page.writeTrend(i, trends.get(i));
        }
        PageFrame.end(
                page.html,
                "Changes by hierarchical division with Student's t, corrected for the number of places; three runs confirm a"
                        + " change. Written by aifactory " + version);
        return page.html.finish();
    }

    private void writeTrend(int number, Trend trend) {
        html.open("section").element("h2", trend.metric());
        if (trend.runs().isEmpty()) {
            html.element("p", "No run has this metric.", "class", "empty")
                    .close()
                    .line();
            return;
        }
        String table = "trend-" + number;
        html.open("div", "class", "charts");
        chart(trend, table).write(html);
        html.close();
        if (trend.changes().isEmpty()) {
            html.element("p", "No change of the level.", "class", "note");
        } else {
            writeChanges(trend);
        }
        List<List<String>> rows = new ArrayList<>();
        double[] levels = levels(trend);
        for (int i = 0; i < trend.runs().size(); i++) {
            Trend.Run run = trend.runs().get(i);
            rows.add(List.of(
                    run.startedAt(),
                    Figures.of(run.value()),
                    Figures.of(levels[i]),
                    run.title(),
                    run.serverVersion() == null ? Figures.NONE : run.serverVersion(),
                    run.clientVersion()));
        }
        DataTable.writeFolded(
                html,
                table,
                "Values of the chart: " + trend.metric(),
                trend.metric() + " by run",
                List.of("Started", "Value", "Level", "Run", "AI server", "aifactory"),
                rows);
        html.close().line();
    }

    private void writeChanges(Trend trend) {
        List<List<String>> rows = new ArrayList<>();
        for (Trend.Change change : trend.changes()) {
            boolean isRatio = change.before() > 0 && trend.runs().stream().allMatch(run -> run.value() > 0);
            rows.add(List.of(
                    change.startedAt(),
                    Figures.of(change.before()),
                    Figures.of(change.after()),
                    isRatio
                            ? String.format(Locale.ROOT, "%+.1f %%", change.change() * 100)
                            : String.format(Locale.ROOT, "%+.3f", change.change()),
                    change.worse() ? "worse" : "better",
                    change.runId(),
                    change.versions().isEmpty() ? "none" : change.versions()));
        }
        DataTable.write(
                html,
                "",
                "Changes of " + trend.metric(),
                List.of("Since", "Before", "After", "Change", "Direction", "First run", "Versions that changed"),
                rows);
    }

    private static LineChart chart(Trend trend, String table) {
        List<Trend.Run> runs = trend.runs();
        double[] positions = new double[runs.size()];
        double[] values = new double[runs.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = runs.size() == 1 ? 0.5 : (double) i / (runs.size() - 1);
            values[i] = runs.get(i).value();
        }
        List<LineChart.Tick> ticks = new ArrayList<>();
        int step = Math.max(1, (runs.size() + MOST_TICKS - 1) / MOST_TICKS);
        for (int i = 0; i < runs.size(); i += step) {
            ticks.add(new LineChart.Tick(positions[i], day(runs.get(i).startedAt())));
        }
        return new LineChart(
                        trend.metric() + " by run",
                        trend.metric() + " of " + runs.size() + " runs, with "
                                + trend.changes().size() + " changes of the level.",
                        positions,
                        ticks,
                        List.of(
                                new LineChart.Series("run", 0, false, values),
                                new LineChart.Series("level", 1, true, levels(trend))),
                        false,
                        List.of(),
                        table,
                        List.of(1, 2))
                .with("start of the run", List.of())
                .withMarkers();
    }

    private static String day(String startedAt) {
        return startedAt.length() >= 10 ? startedAt.substring(5, 10) : startedAt;
    }

    /** Of each run, the level of its segment; the mean of all without a change. */
    private static double[] levels(Trend trend) {
        double[] levels = new double[trend.runs().size()];
        double mean =
                trend.runs().stream().mapToDouble(Trend.Run::value).average().orElse(Double.NaN);
        for (int i = 0; i < levels.length; i++) {
            double level = trend.changes().isEmpty()
                    ? mean
                    : trend.changes().getFirst().before();
            for (Trend.Change change : trend.changes()) {
                level = i >= change.run() ? change.after() : level;
            }
            levels[i] = level;
        }
        return levels;
    }
}
