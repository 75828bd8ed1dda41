package aifactory.reporting.export;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.WorkloadFacts;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code vllm.json}: what {@code vllm bench serve --save-result} writes, aggregates in milliseconds. Stateless.
 *
 * <p>With the records' columns also what {@code --save-detailed} adds, in seconds, as far as it was measured:
 * {@code input_lens, output_lens, ttfts, latencies, start_times, errors}. The gaps between the chunks of each request
 * and the generated texts are not kept, and are therefore not there.
 */
public final class VllmExport {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private VllmExport() {}

    /**
     * The members of the file in vLLM's order.
     *
     * @param columns of the requests, null to leave them out
     */
    public static Map<String, @Nullable Object> of(RunResult result, @Nullable DetailedColumns columns) {
        RunSummary summary = result.summary();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        addIdentity(members, summary);
        addTraffic(members, new WorkloadFacts(summary));
        members.put("duration", summary.durationS());
        members.put("completed", summary.requests().completed());
        members.put("failed", summary.requests().failed());
        members.put("total_input_tokens", summary.tokens().input());
        members.put("total_output_tokens", summary.tokens().output());
        members.put("request_throughput", summary.requestThroughput());
        members.put("request_goodput", summary.goodputRps());
        members.put("output_throughput", summary.outputTokenThroughput());
        members.put("total_token_throughput", summary.totalTokenThroughput());
        if (columns != null) {
            columns.addTo(members);
        }
        members.put("max_output_tokens_per_s", largestTokenRate(result));
        members.put("max_concurrent_requests", largestInFlight(result.timeline()));
        addMetric(members, "ttft", summary.metrics().get("ttft_ms"));
        addMetric(members, "tpot", summary.metrics().get("tpot_ms"));
        addMetric(members, "itl", summary.metrics().get("itl_ms"));
        addMetric(members, "e2el", summary.metrics().get("e2el_ms"));
        return members;
    }

    private static void addIdentity(Map<String, @Nullable Object> members, RunSummary summary) {
        WorkloadFacts workload = new WorkloadFacts(summary);
        String backend = "chat".equals(workload.text("endpoint")) ? "openai-chat" : "openai";
        members.put("date", date(summary.provenance().startedAt()));
        members.put("endpoint_type", backend);
        members.put("backend", backend);
        members.put("label", null);
        members.put("model_id", workload.model());
        String tokenizer = workload.text("tokenizer_file");
        members.put("tokenizer_id", tokenizer == null ? workload.model() : tokenizer);
        members.put("num_prompts", summary.requests().scheduled());
        members.put("benchmark_id", summary.benchmarkId());
        members.put("run_id", summary.runId());
        members.put("valid", summary.valid());
    }

    private static void addTraffic(Map<String, @Nullable Object> members, WorkloadFacts workload) {
        Double rate = workload.number("request_rate");
        Double burstiness = workload.number("burstiness");
        Double concurrency = workload.number("concurrency");
        members.put("request_rate", rate == null ? "inf" : rate);
        members.put("burstiness", burstiness == null ? 1.0 : burstiness);
        members.put("max_concurrency", concurrency == null ? null : concurrency.longValue());
    }

    private static void addMetric(Map<String, @Nullable Object> members, String name, @Nullable MetricSummary metric) {
        members.put("mean_" + name + "_ms", metric == null ? 0.0 : metric.mean());
        members.put("median_" + name + "_ms", metric == null ? 0.0 : metric.p50());
        members.put("std_" + name + "_ms", metric == null ? 0.0 : metric.std());
        members.put("p50_" + name + "_ms", metric == null ? 0.0 : metric.p50());
        members.put("p90_" + name + "_ms", metric == null ? 0.0 : metric.p90());
        members.put("p95_" + name + "_ms", metric == null ? 0.0 : metric.p95());
        members.put("p99_" + name + "_ms", metric == null ? 0.0 : metric.p99());
    }

    /** Of the busiest second, by the chunks that came in it where answers were streamed. */
    private static double largestTokenRate(RunResult result) {
        double tokensPerChunk = result.summary().tokens().perChunk();
        double largest = 0;
        for (RunResult.TimelinePoint point : result.timeline()) {
            double streamed = tokensPerChunk > 0 ? point.chunks() * tokensPerChunk : 0;
            largest = Math.max(largest, streamed > 0 ? streamed : point.outputTokens());
        }
        return largest / secondsPerPoint(result.timeline());
    }

    private static int largestInFlight(List<RunResult.TimelinePoint> timeline) {
        return timeline.stream()
                .mapToInt(RunResult.TimelinePoint::inFlight)
                .max()
                .orElse(0);
    }

    private static int secondsPerPoint(List<RunResult.TimelinePoint> timeline) {
        return timeline.size() < 2
                ? 1
                : Math.max(1, timeline.get(1).second() - timeline.get(0).second());
    }

    private static String date(String instant) {
        try {
            return DATE.format(Instant.parse(instant));
        } catch (DateTimeParseException e) {
            return instant;
        }
    }
}
