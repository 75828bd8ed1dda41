package aifactory.reporting.export;

import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.records.FigureDistribution;
import aifactory.reporting.records.RecordStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code profile_export_aiperf.json}: the summary as AIPerf writes it (its schema 1.4 and 1.5). Stateless.
 *
 * <p>AIPerf's words differ from this program's: its {@code inter_token_latency} is our time per output token, and its
 * {@code inter_chunk_latency} our inter-token latency. {@code time_to_second_token} is not measured here and left out,
 * as AIPerf leaves out what it has no values for.
 */
public final class AiperfSummaryExport {
    private static final String SCHEMA_VERSION = "1.4";
    private static final double NANOS_PER_MILLISECOND = 1e6;
    private static final double[] PERCENTILES = {1, 5, 10, 25, 50, 75, 90, 95, 99};

    private final RunResult result;
    private final RunSummary summary;
    private final RecordStatistics statistics;
    private final Map<String, Object> members = new LinkedHashMap<>();

    private AiperfSummaryExport(RunResult result, RecordStatistics statistics) {
        this.result = result;
        this.summary = result.summary();
        this.statistics = statistics;
    }

    /** The members of the file. */
    public static Map<String, Object> of(RunResult result, RecordStatistics statistics) {
        AiperfSummaryExport export = new AiperfSummaryExport(result, statistics);
        export.addRun();
        export.addRates();
        export.addDistributions();
        return export.members;
    }

    private void addRun() {
        members.put("schema_version", SCHEMA_VERSION);
        members.put("aiperf_version", "aifactory " + summary.provenance().version());
        members.put("benchmark_id", summary.runId());
        Map<String, Object> input = AiperfInputConfig.of(summary);
        if (!input.isEmpty()) {
            members.put("input_config", input);
        }
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("benchmark_id", summary.runId());
        if (summary.provenance().seed() >= 0) {
            run.put("random_seed", summary.provenance().seed());
        }
        if (summary.provenance().command() != null) {
            run.put("cli_command", summary.provenance().command());
        }
        members.put("run_info", run);
        members.put("was_cancelled", summary.status() == RunState.STOPPED);
        boolean complete = summary.status() == RunState.COMPLETED || summary.status() == RunState.INVALID;
        members.put("is_complete", complete);
        if (!complete) {
            members.put("incomplete_reason", incompleteReason());
        }
        members.put("error_summary", errorSummary());
        members.put("start_time", summary.provenance().startedAt());
        members.put("end_time", summary.provenance().endedAt());
    }

    private String incompleteReason() {
        return summary.invalidReasons().isEmpty()
                ? "the run was " + summary.status().name().toLowerCase(Locale.ROOT)
                : summary.invalidReasons().getFirst().message();
    }

    private List<Map<String, Object>> errorSummary() {
        List<Map<String, Object>> errors = new ArrayList<>();
        summary.requests().errors().forEach((cause, count) -> {
            RecordStatistics.Failure failure = statistics.failures().get(cause);
            Map<String, Object> details = new LinkedHashMap<>();
            if (failure != null && failure.httpStatus() != null) {
                details.put("code", failure.httpStatus());
            }
            details.put("type", cause);
            details.put("message", failure == null ? cause : Objects.requireNonNullElse(failure.detail(), cause));
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("error_details", details);
            error.put("count", count);
            errors.add(error);
        });
        return errors;
    }

    private void addRates() {
        RunSummary.Requests requests = summary.requests();
        addFigure("request_throughput", "requests/sec", summary.requestThroughput());
        addFigure("request_count", "requests", requests.completed());
        addFigure("benchmark_duration", "sec", summary.durationS());
        addFigure("output_token_throughput", "tokens/sec", summary.outputTokenThroughput());
        addFigure("total_token_throughput", "tokens/sec", summary.totalTokenThroughput());
        addFigure("total_isl", "tokens", summary.tokens().input());
        addFigure("total_osl", "tokens", summary.tokens().output());
        addFigure("total_output_tokens", "tokens", summary.tokens().output());
        addFigure("input_token_throughput", "tokens/sec", summary.tokens().input() / summary.durationS());
        addFigure("completed_request_count", "requests", requests.completed() + requests.failed());
        if (requests.failed() > 0) {
            addFigure("error_request_count", "requests", requests.failed());
        }
        long judged = requests.completed() + requests.failed();
        if (judged > 0) {
            addFigure("request_error_rate", "%", 100.0 * requests.failed() / judged);
        }
        if (summary.goodputRps() != null) {
            addFigure("goodput", "requests/sec", summary.goodputRps());
            addFigure("good_request_count", "requests", goodRequests());
            if (judged > 0) {
                addFigure("good_request_fraction", "ratio", (double) goodRequests() / judged);
            }
        }
    }

    private long goodRequests() {
        return result.perClient().stream()
                .mapToLong(part -> part.requests().good())
                .sum();
    }

    private void addDistributions() {
        addLatency("request_latency", statistics.requestLatency());
        addLatency("time_to_first_token", statistics.timeToFirstToken());
        addLatency("inter_token_latency", statistics.timePerOutputToken());
        addPooled("inter_chunk_latency", "itl_ms");
        addPooled("time_to_first_output_token", "ttfo_ms");
        addDistribution("output_token_throughput_per_user", "tokens/sec/user", statistics.outputTokensPerSecond());
        addDistribution("output_sequence_length", "tokens", statistics.outputTokens());
        addDistribution("input_sequence_length", "tokens", statistics.inputTokens());
    }

    private void addFigure(String tag, String unit, double value) {
        if (Double.isFinite(value)) {
            Map<String, Object> block = new LinkedHashMap<>();
            block.put("unit", unit);
            block.put("avg", value);
            members.put(tag, block);
        }
    }

    private void addLatency(String tag, LatencyHistogram histogram) {
        if (histogram.count() == 0) {
            return;
        }
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("unit", "ms");
        block.put("avg", histogram.meanNanos() / NANOS_PER_MILLISECOND);
        for (double percentile : PERCENTILES) {
            block.put(key(percentile), histogram.percentileNanos(percentile) / NANOS_PER_MILLISECOND);
        }
        block.put("min", histogram.minimumNanos() / NANOS_PER_MILLISECOND);
        block.put("max", histogram.maximumNanos() / NANOS_PER_MILLISECOND);
        block.put("std", histogram.standardDeviationNanos() / NANOS_PER_MILLISECOND);
        block.put("count", histogram.count());
        block.put("sum", histogram.sumNanos() / NANOS_PER_MILLISECOND);
        members.put(tag, block);
    }

    private void addDistribution(String tag, String unit, FigureDistribution figures) {
        if (figures.count() == 0) {
            return;
        }
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("unit", unit);
        block.put("avg", figures.mean());
        for (double percentile : PERCENTILES) {
            block.put(key(percentile), figures.percentile(percentile));
        }
        block.put("min", figures.minimum());
        block.put("max", figures.maximum());
        block.put("std", figures.standardDeviation());
        block.put("count", figures.count());
        block.put("sum", figures.sum());
        members.put(tag, block);
    }

    /** A metric whose single samples are not in the records: from the summary and its curve. */
    private void addPooled(String tag, String metric) {
        MetricSummary pooled = summary.metrics().get(metric);
        if (pooled == null || pooled.count() == 0) {
            return;
        }
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("unit", "ms");
        block.put("avg", pooled.mean());
        for (double percentile : PERCENTILES) {
            Double value = onCurve(metric, percentile, pooled);
            if (value != null) {
                block.put(key(percentile), value);
            }
        }
        block.put("min", pooled.min());
        block.put("max", pooled.max());
        block.put("std", pooled.std());
        block.put("count", pooled.count());
        block.put("sum", pooled.mean() * pooled.count());
        members.put(tag, block);
    }

    private @Nullable Double onCurve(String metric, double percentile, MetricSummary pooled) {
        if (percentile == 50) {
            return pooled.p50();
        } else if (percentile == 90) {
            return pooled.p90();
        } else if (percentile == 95) {
            return pooled.p95();
        } else if (percentile == 99) {
            return pooled.p99();
        }
        for (RunResult.PercentilePoint point : result.distributions().getOrDefault(metric, List.of())) {
            if (point.percentile() == percentile) {
                return point.milliseconds();
            }
        }
        return null;
    }

    private static String key(double percentile) {
        return "p" + (int) percentile;
    }
}
