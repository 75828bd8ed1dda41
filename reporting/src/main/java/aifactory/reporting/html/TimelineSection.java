package aifactory.reporting.html;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.TimelinePoint;
import aifactory.reporting.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The course of the run: small charts over the same time, so that what happens together is seen together. */
final class TimelineSection {
    private static final String TABLE = "timeline";

    private final Html html;
    private final RunResult result;
    private final TimelineBins bins;
    private final TimeAxis axis;
    private final List<Column> columns = new ArrayList<>();

    private record Column(String name, double[] values) {}

    TimelineSection(Html html, RunResult result) {
        this.html = html;
        this.result = result;
        this.bins = new TimelineBins(result.timeline());
        this.axis = new TimeAxis(result.summary(), bins.endSecond());
    }

    void write() {
        html.open("section").element("h2", "Timeline");
        if (bins.size() == 0) {
            html.element("p", "No timeline: no client reported an interval.", "class", "empty");
            html.close().line();
            return;
        }
        html.element("p", note(), "class", "note");
        html.open("div", "class", "charts");
        chart(
                "Requests, per second",
                line("scheduled", 0, true, bins.rate(TimelinePoint::scheduled)),
                line("completed", 1, false, bins.rate(TimelinePoint::completed)));
        chart("Requests in flight", line("in flight", 2, false, bins.inFlight()));
        chart("Output tokens, per second", tokenLines());
        limited(
                "Time to first token, ms",
                "ttft",
                line("TTFT p50", 0, false, bins.median(TimelinePoint::ttftP50Ms)),
                line("TTFT p99", 1, true, bins.largest(TimelinePoint::ttftP99Ms)));
        limited(
                "Inter-token latency, ms",
                "itl",
                line("ITL p50", 0, false, bins.median(TimelinePoint::itlP50Ms)),
                line("ITL p99", 1, true, bins.largest(TimelinePoint::itlP99Ms)));
        chart("Errors, per second", line("failed", 3, false, bins.rate(TimelinePoint::failed)));
        html.close();
        writeTable();
        html.close().line();
    }

    private String note() {
        StringBuilder note = new StringBuilder("All requests of all clients, in seconds since the common start.");
        if (!axis.shades().isEmpty()) {
            note.append(
                    " Shaded: warmup, cooldown, and the time after the last request was due, which are not part of the planned load.");
        }
        note.append(" Latencies are of measured requests that completed in the second, within two per cent.");
        if (bins.secondsPerBin() > 1) {
            note.append(" Each point stands for ")
                    .append(bins.secondsPerBin())
                    .append(" s: rates are its mean, p50 the median of its seconds, in flight and p99 its largest.");
        }
        return note.toString();
    }

    /** Streamed answers show tokens as they come; others only when a request ends. */
    private LineChart.Series[] tokenLines() {
        double perChunk = result.summary().tokens().perChunk();
        double[] chunks = bins.rate(TimelinePoint::chunks);
        boolean streamed = false;
        for (double rate : chunks) {
            streamed |= rate > 0;
        }
        if (!streamed || perChunk <= 0) {
            return new LineChart.Series[] {line("tokens", 4, false, bins.rate(TimelinePoint::outputTokens))};
        }
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] *= perChunk;
        }
        return new LineChart.Series[] {line("tokens", 4, false, chunks)};
    }

    private static LineChart.Series line(String name, int colour, boolean dashed, double[] values) {
        return new LineChart.Series(name, colour, dashed, values);
    }

    private void chart(String title, LineChart.Series... lines) {
        limited(title, "-", lines);
    }

    /** @param prefix of the metrics whose limits are shown */
    private void limited(String title, String prefix, LineChart.Series... lines) {
        List<Integer> numbers = new ArrayList<>();
        for (LineChart.Series line : lines) {
            columns.add(new Column(line.name(), line.values()));
            numbers.add(columns.size());
        }
        double[] positions = new double[bins.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = axis.position(bins.second(i) + bins.secondsPerBin() / 2.0);
        }
        LineChart chart = new LineChart(
                        title,
                        description(title, lines),
                        positions,
                        axis.ticks(),
                        List.of(lines),
                        false,
                        axis.shades(),
                        TABLE,
                        numbers)
                .with("time since the start", ChartLimits.of(result.summary(), prefix));
        if (chart.hasValues()) {
            chart.write(html);
        } else {
            html.open("figure", "class", "chart").open("figcaption");
            html.element("span", title, "class", "chart-title").close();
            html.element("p", "No request completed, so there are no charts.", "class", "empty");
            html.close();
        }
    }

    private static String description(String title, LineChart.Series... lines) {
        StringBuilder description = new StringBuilder(title).append(" over time.");
        for (LineChart.Series line : lines) {
            double smallest = Double.POSITIVE_INFINITY;
            double largest = Double.NEGATIVE_INFINITY;
            for (double value : line.values()) {
                smallest = Double.isFinite(value) ? Math.min(smallest, value) : smallest;
                largest = Double.isFinite(value) ? Math.max(largest, value) : largest;
            }
            if (largest >= smallest) {
                description.append(String.format(
                        Locale.ROOT, " %s: from %s to %s.", line.name(), Figures.of(smallest), Figures.of(largest)));
            }
        }
        return description.toString();
    }

    private void writeTable() {
        List<String> heads = new ArrayList<>(List.of("Second"));
        columns.forEach(column -> heads.add(column.name()));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < bins.size(); i++) {
            List<String> row = new ArrayList<>();
            row.add(bins.second(i) + " s");
            for (Column column : columns) {
                row.add(Figures.of(column.values()[i]));
            }
            rows.add(row);
        }
        DataTable.writeFolded(html, TABLE, "Values of the charts", "Timeline", heads, rows);
    }
}
