package aifactory.reporting.html;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.ServerMetrics;
import aifactory.protocol.RunResult.ServerSample;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The metrics of the AI servers, on the time axis of the run's timeline. */
final class ServerSection {
    private static final int MOST_BINS = 240;
    /** As many as there are colours. */
    private static final int MOST_SERVERS = 6;

    private final Html html;
    private final RunResult result;
    private final SampledCharts charts;
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
        this.charts = new SampledCharts(html, "server", new TimeAxis(result.summary(), end), end, MOST_BINS);
        this.shown = result.serverMetrics().stream()
                .filter(server -> !server.samples().isEmpty())
                .limit(MOST_SERVERS)
                .toList();
    }

    /** Writes nothing if the servers were not queried. */
    void write() {
        if (result.serverMetrics().isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Server metrics");
        writeProblems();
        if (shown.isEmpty() || charts.isEmpty()) {
            html.element("p", "No server metrics are available for this run.", "class", "empty");
            html.close().line();
            return;
        }
        html.element("p", note(), "class", "note");
        charts.write(List.of(
                sheet("Requests running", ServerSample::running),
                sheet("Requests waiting", ServerSample::waiting),
                sheet(
                        "KV cache in use, %",
                        sample -> sample.kvCacheShare() == null ? null : 100 * sample.kvCacheShare()),
                sheet("Preemptions since the start", ServerSample::preemptions)));
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
                "From the servers' /metrics, scraped once per second by the Client Service, in seconds since the common"
                        + " start.";
        int told = (int) result.serverMetrics().stream()
                .filter(server -> !server.samples().isEmpty())
                .count();
        return told > shown.size() ? note + " The first " + shown.size() + " of " + told + " servers are shown." : note;
    }

    private SampledCharts.Sheet sheet(String title, Function<ServerSample, @Nullable Double> figure) {
        return new SampledCharts.Sheet(
                title,
                shown.stream()
                        .map(server -> new SampledCharts.Sampled(
                                server.name(),
                                server.samples().stream()
                                        .map(sample -> new SampledCharts.Sample(sample.second(), figure.apply(sample)))
                                        .toList()))
                        .toList());
    }
}
