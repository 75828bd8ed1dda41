package aifactory.reporting.html;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestCounts;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.Part;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.records.RequestOverview;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The run divided by client, by AI server, and its failures by cause. */
final class BreakdownSection {
    private static final int MOST_ROWS = 1000;
    private static final int UNFOLDED_ROWS = 16;

    private final Html html;
    private final RunResult result;
    private final @Nullable RequestOverview requests;

    BreakdownSection(Html html, RunResult result, @Nullable RequestOverview requests) {
        this.html = html;
        this.result = result;
        this.requests = requests;
    }

    void write() {
        writeErrors();
        html.open("section").element("h2", "By client and by AI server");
        html.element(
                "p",
                "Measured window. Latencies in milliseconds"
                        + (requests == null
                                ? ", within 2 %."
                                : "; by AI server as exact as those of the whole run (three digits), by client within 2 %."),
                "class",
                "note");
        writeParts("By AI server", "AI server", exactTargets(), List.of());
        if (!result.summary().models().isEmpty()) {
            writeParts("By model", "Model", result.summary().models(), List.of());
        }
        writeParts("By client", "Client", result.perClient(), List.of("schedule_delay_ms", "event_loop_lag_ms"));
        html.close().line();
    }

    /** With the latencies of the request records where they are at hand. */
    private List<Part> exactTargets() {
        RequestOverview overview = requests;
        return overview == null
                ? result.perTarget()
                : result.perTarget().stream()
                        .map(part -> new Part(
                                part.number(),
                                part.name(),
                                part.requests(),
                                exact(overview.ofTarget(part.number()), part),
                                part.documents()))
                        .toList();
    }

    private static Map<String, MetricSummary> exact(Map<String, MetricSummary> records, Part part) {
        Map<String, MetricSummary> metrics = new LinkedHashMap<>(part.metrics());
        metrics.putAll(records);
        return metrics;
    }

    private void writeErrors() {
        RunSummary.Requests requests = result.summary().requests();
        html.open("section").element("h2", "Errors");
        if (!requests.finishReasons().isEmpty()) {
            List<String> reasons = new ArrayList<>();
            requests.finishReasons().forEach((reason, count) -> reasons.add(reason + " " + Figures.count(count)));
            html.element("p", "Responses ended by: " + String.join(", ", reasons) + ".", "class", "note");
        }
        if (requests.failed() == 0) {
            html.element("p", "No request of the measured window failed.", "class", "note");
            html.close().line();
            return;
        }
        html.element(
                "p",
                Figures.count(requests.failed()) + " of " + Figures.count(requests.scheduled())
                        + " requests failed. Their times are in no latency; each is a miss of the objectives.",
                "class",
                "note");
        if (requests.failureBackoffs() > 0) {
            html.element(
                    "p",
                    "Slots of the closed loop waited " + Figures.count(requests.failureBackoffs())
                            + " times after requests that failed quickly, "
                            + Figures.seconds(requests.failureBackoffTotalS()) + " in all slots together.",
                    "class",
                    "note");
        }
        List<Map.Entry<String, Long>> causes = new ArrayList<>(requests.errors().entrySet());
        causes.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        html.open(
                "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Failed requests by cause");
        html.open("table", "class", "bars").element("caption", "Failed requests by cause");
        html.open("thead").open("tr");
        List.of("Cause", "Requests", "Share of failures").forEach(head -> html.element("th", head, "scope", "col"));
        html.close().close().open("tbody").line();
        for (Map.Entry<String, Long> cause : causes.subList(0, Math.min(MOST_ROWS, causes.size()))) {
            double share = (double) cause.getValue() / requests.failed();
            html.open("tr").element("th", cause.getKey().replace('_', ' '), "scope", "row");
            html.element("td", Figures.count(cause.getValue()));
            html.open("td");
            Meter.write(html, share, "bad");
            html.text(Figures.percent(share)).close().close().line();
        }
        html.close().close().close();
        writeSamples(requests.errorCauses());
        html.close().line();
    }

    /** What the server itself said, and since when. */
    private void writeSamples(List<RunSummary.ErrorCause> causes) {
        if (causes.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (RunSummary.ErrorCause cause : causes) {
            rows.add(List.of(
                    cause.cause().replace('_', ' '),
                    cause.status() == null ? Figures.NONE : String.valueOf(cause.status()),
                    Figures.count(cause.count()),
                    Figures.seconds(cause.firstMs() / 1000),
                    cause.sample() == null ? Figures.NONE : cause.sample()));
        }
        DataTable.write(
                html,
                "",
                "Messages of the AI server",
                List.of("Cause", "HTTP status", "Requests", "First after", "First message"),
                rows);
    }

    private void writeParts(String title, String kind, List<Part> parts, List<String> signs) {
        html.element("h3", title);
        if (parts.isEmpty()) {
            html.element("p", "Nothing was reported.", "class", "empty");
            return;
        }
        List<String> heads = new ArrayList<>(List.of(
                kind,
                "Completed",
                "Failed",
                "Output tokens",
                "TTFT p50",
                "TTFT p99",
                "TPOT p50",
                "E2EL p50",
                "E2EL p99"));
        signs.forEach(sign -> heads.add(sign.startsWith("schedule") ? "Schedule delay p99" : "Loop lag p99"));
        boolean hasDocuments = parts.stream().anyMatch(part -> part.documents() != null);
        if (hasDocuments) {
            heads.add("Valid documents");
        }
        List<List<String>> rows = new ArrayList<>();
        for (Part part : parts.subList(0, Math.min(MOST_ROWS, parts.size()))) {
            rows.add(row(part, signs, hasDocuments));
        }
        String caption = title + (parts.size() > MOST_ROWS ? ", the first " + MOST_ROWS + " of " + parts.size() : "");
        if (rows.size() > UNFOLDED_ROWS) {
            html.element("p", spread(parts), "class", "note");
            DataTable.writeFolded(html, "", "All " + parts.size(), caption, heads, rows);
        } else {
            DataTable.write(html, "", caption, heads, rows);
        }
    }

    private static List<String> row(Part part, List<String> signs, boolean hasDocuments) {
        RequestCounts requests = part.requests();
        List<String> row = new ArrayList<>();
        row.add(part.number() + " · " + part.name());
        row.add(Figures.count(requests.completed()));
        row.add(Figures.count(requests.failed()));
        row.add(Figures.count(requests.outputTokens()));
        row.add(p50(part, "ttft_ms"));
        row.add(p99(part, "ttft_ms"));
        row.add(p50(part, "tpot_ms"));
        row.add(p50(part, "e2el_ms"));
        row.add(p99(part, "e2el_ms"));
        signs.forEach(sign -> row.add(p99(part, sign)));
        if (hasDocuments) {
            RunSummary.Documents documents = part.documents();
            row.add(documents == null ? Figures.NONE : Figures.percent(documents.validShare()));
        }
        return row;
    }

    private static String spread(List<Part> parts) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = 0;
        for (Part part : parts) {
            MetricSummary figures = figures(part, "ttft_ms");
            if (figures != null) {
                smallest = Math.min(smallest, figures.p50());
                largest = Math.max(largest, figures.p50());
            }
        }
        return largest < smallest
                ? "None of the " + parts.size() + " completed a request."
                : "Median time to first token from " + Figures.of(smallest) + " to " + Figures.of(largest) + " ms over "
                        + parts.size() + ".";
    }

    private static @Nullable MetricSummary figures(Part part, String metric) {
        MetricSummary figures = part.metrics().get(metric);
        return figures == null || figures.count() == 0 ? null : figures;
    }

    private static String p50(Part part, String metric) {
        MetricSummary figures = figures(part, metric);
        return figures == null ? Figures.NONE : Figures.of(figures.p50());
    }

    private static String p99(Part part, String metric) {
        MetricSummary figures = figures(part, metric);
        return figures == null ? Figures.NONE : Figures.of(figures.p99());
    }
}
