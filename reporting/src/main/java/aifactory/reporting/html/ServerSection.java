package aifactory.reporting.html;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.ServerMetrics;
import aifactory.protocol.RunResult.ServerSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the AI servers told of themselves, on the time axis of the run's course. */
final class ServerSection {
    private static final int MOST_BINS = 240;
    /** As many as there are colours. */
    private static final int MOST_SERVERS = 6;

    private final Html html;
    private final RunResult result;
    private final TimeAxis axis;
    private final double binSeconds;
    private final int bins;
    private final List<ServerMetrics> shown;

    ServerSection(Html html, RunResult result) {
        this.html = html;
        this.result = result;
        double end = new TimelineBins(result.timeline()).endSecond();
        for (ServerMetrics server : result.serverMetrics()) {
            for (ServerSample sample : server.samples()) {
                end = Math.max(end, Math.ceil(sample.second()));
            }
        }
        this.axis = new TimeAxis(result.summary(), end);
        this.binSeconds = Math.max(1, Math.ceil(end / MOST_BINS));
        this.bins = (int) Math.ceil(end / binSeconds);
        this.shown = result.serverMetrics().stream()
                .filter(server -> !server.samples().isEmpty())
                .limit(MOST_SERVERS)
                .toList();
    }

    /** Writes nothing when nobody asked the servers. */
    void write() {
        if (result.serverMetrics().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "The AI servers' own figures");
        writeProblems();
        if (shown.isEmpty() || bins == 0) {
            html.element("p", "No AI server told anything of itself during the run.", "class", "empty");
            html.close().line();
            return;
        }
        html.element("p", note(), "class", "note");
        html.open("div", "class", "charts");
        chart(0, "Requests running", ServerSample::running);
        chart(1, "Requests waiting", ServerSample::waiting);
        chart(2, "KV cache in use, %", sample -> sample.kvCacheShare() == null ? null : 100 * sample.kvCacheShare());
        chart(3, "Preemptions since the start", ServerSample::preemptions);
        html.close();
        table(0, "Requests running", ServerSample::running);
        table(1, "Requests waiting", ServerSample::waiting);
        table(2, "KV cache in use, %", sample -> sample.kvCacheShare() == null ? null : 100 * sample.kvCacheShare());
        table(3, "Preemptions since the start", ServerSample::preemptions);
        html.close().line();
    }

    private void writeProblems() {
        for (ServerMetrics server : result.serverMetrics()) {
            if (server.problem() != null) {
                html.element("p", server.name() + ": " + server.problem() + ".", "class", "note");
            }
        }
    }

    private String note() {
        String note =
                "From the servers' /metrics, asked once a second by the Client Service, by seconds since the common"
                        + " start.";
        int told = (int) result.serverMetrics().stream()
                .filter(server -> !server.samples().isEmpty())
                .count();
        return told > shown.size() ? note + " The first " + shown.size() + " of " + told + " servers are shown." : note;
    }

    private List<LineChart.Series> series(Function<ServerSample, @Nullable Double> figure) {
        List<LineChart.Series> series = new ArrayList<>();
        for (ServerMetrics server : shown) {
            double[] largest = new double[bins];
            Arrays.fill(largest, Double.NaN);
            for (ServerSample sample : server.samples()) {
                Double value = figure.apply(sample);
                int bin = (int) Math.floor(sample.second() / binSeconds);
                if (value != null && bin >= 0 && bin < bins) {
                    largest[bin] = Double.isNaN(largest[bin]) ? value : Math.max(largest[bin], value);
                }
            }
            series.add(new LineChart.Series(server.name(), series.size(), series.size() % 2 == 1, largest));
        }
        return series;
    }

    private void chart(int number, String title, Function<ServerSample, @Nullable Double> figure) {
        List<LineChart.Series> series = series(figure);
        double[] positions = new double[bins];
        for (int i = 0; i < bins; i++) {
            positions[i] = axis.position((i + 0.5) * binSeconds);
        }
        List<Integer> columns = new ArrayList<>();
        for (int i = 1; i <= series.size(); i++) {
            columns.add(i);
        }
        LineChart chart = new LineChart(
                title,
                SeriesTable.description(title, series),
                positions,
                axis.ticks(),
                series,
                true,
                axis.shades(),
                "server-" + number,
                columns);
        if (chart.hasValues()) {
            chart.write(html);
        }
    }

    private void table(int number, String title, Function<ServerSample, @Nullable Double> figure) {
        SeriesTable.writeFolded(html, "server-" + number, title, series(figure), binSeconds);
    }
}
