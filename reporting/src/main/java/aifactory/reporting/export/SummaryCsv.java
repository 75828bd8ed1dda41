package aifactory.reporting.export;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.Finding;
import aifactory.protocol.RunSummary;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code summary.csv}: one table, one row a figure. A figure that stands alone is in the column {@code value}; a
 * latency fills the columns of its distribution. Stateless.
 */
public final class SummaryCsv {
    private static final String HEADER = "metric,unit,value,count,mean,std,min,p50,p90,p95,p99,p99_9,max";
    private static final int DISTRIBUTION_COLUMNS = 10;

    private SummaryCsv() {}

    /** The file's text (RFC 4180, lines end in CR LF). */
    public static String of(RunSummary summary) {
        StringBuilder csv = new StringBuilder(HEADER).append("\r\n");
        text(csv, "benchmark_id", Long.toString(summary.benchmarkId()));
        text(csv, "run_id", summary.runId());
        text(csv, "status", summary.status().name().toLowerCase(Locale.ROOT));
        text(csv, "valid", Boolean.toString(summary.valid()));
        figure(csv, "requests_scheduled", "requests", summary.requests().scheduled());
        figure(csv, "requests_sent", "requests", summary.requests().sent());
        figure(csv, "requests_completed", "requests", summary.requests().completed());
        figure(csv, "requests_failed", "requests", summary.requests().failed());
        figure(csv, "requests_cancelled", "requests", summary.requests().cancelled());
        figure(csv, "tokens_input", "tokens", summary.tokens().input());
        figure(csv, "tokens_output", "tokens", summary.tokens().output());
        figure(csv, "duration_s", "s", summary.durationS());
        figure(csv, "request_throughput", "req/s", summary.requestThroughput());
        figure(csv, "output_token_throughput", "tok/s", summary.outputTokenThroughput());
        figure(csv, "total_token_throughput", "tok/s", summary.totalTokenThroughput());
        figure(csv, "goodput_rps", "req/s", summary.goodputRps());
        figure(csv, "slo_attainment", "1", summary.sloAttainment());
        for (Map.Entry<String, @Nullable MetricSummary> metric :
                summary.metrics().entrySet()) {
            distribution(csv, metric.getKey(), metric.getValue());
        }
        for (Finding finding : summary.allFindings()) {
            figure(csv, "finding_" + finding.code(), field(finding.unit()), finding.value());
        }
        return csv.toString();
    }

    private static void text(StringBuilder csv, String name, String value) {
        csv.append(name).append(",,").append(field(value)).append(",".repeat(DISTRIBUTION_COLUMNS));
        csv.append("\r\n");
    }

    private static void figure(StringBuilder csv, String name, String unit, @Nullable Number value) {
        csv.append(name).append(',').append(unit).append(',').append(value == null ? "" : number(value));
        csv.append(",".repeat(DISTRIBUTION_COLUMNS)).append("\r\n");
    }

    private static void distribution(StringBuilder csv, String name, @Nullable MetricSummary metric) {
        csv.append(field(name)).append(",ms,");
        if (metric == null) {
            csv.append(",".repeat(DISTRIBUTION_COLUMNS)).append("\r\n");
            return;
        }
        csv.append(',').append(metric.count());
        double[] figures = {
            metric.mean(),
            metric.std(),
            metric.min(),
            metric.p50(),
            metric.p90(),
            metric.p95(),
            metric.p99(),
            metric.p99_9(),
            metric.max()
        };
        for (double figure : figures) {
            csv.append(',').append(number(figure));
        }
        csv.append("\r\n");
    }

    private static String number(Number value) {
        return Double.isFinite(value.doubleValue()) ? value.toString() : "";
    }

    /** Quoted where needed; a text that a spreadsheet would take for a formula is marked as text. */
    static String field(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
