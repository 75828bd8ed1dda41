package aifactory.reporting.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.reporting.RunFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Our exports against files that {@code vllm bench serve} and AIPerf wrote themselves ({@code golden}): the same names
 * in the same places, with values of the same type and unit; and, fed with what those tools measured of each request,
 * the same figures.
 */
class ToolExportsTest {
    private static final String OPEN_LOOP = """
            {"model": "simulated-model", "endpoint": "chat", "streaming": true, "arrival_pattern": "poisson", "request_rate": 20, "request_count": 30,
             "isl": 32, "osl": 16, "ignore_eos": true, "seed": 7, "goodput": {"ttft": 55, "tpot": 20}}
            """;
    private static final String CLOSED_LOOP = """
            {"model": "simulated-model", "endpoint": "chat", "streaming": true, "concurrency": 4, "request_count": 20, "isl": 32, "osl": 16}
            """;

    /** Their fields that we do not write, by the beginning of their path, and why. */
    private static final Map<String, String> VLLM_LEFT_OUT = Map.of(
            "/itls", "the gaps of each single request are not kept",
            "/generated_texts", "answers are not kept",
            "/rtfx", "of audio, always 0 otherwise");

    private static final Map<String, String> VLLM_LEFT_OUT_WITHOUT_DETAIL = Map.of(
            "/rtfx", "of audio, always 0 otherwise",
            "/latencies", "an array that vLLM forgets to take out; here with the other arrays",
            "/queue_times", "likewise");

    private static final Map<String, String> AIPERF_LEFT_OUT = new TreeMap<>(Map.ofEntries(
            Map.entry("/http_req_", "a trace of single HTTP requests"),
            Map.entry("/metrics/http_req_", "likewise"),
            Map.entry("/telemetry_data", "of GPUs, which AIPerf reads from DCGM"),
            Map.entry("/usage_", "the server's counts next to AIPerf's; here there is one count, and its source"),
            Map.entry("/metrics/usage_", "likewise"),
            Map.entry("/total_usage_", "likewise"),
            Map.entry("/osl_mismatch_", "asked against counted length"),
            Map.entry("/metrics/osl_mismatch_", "likewise"),
            Map.entry("/context_overflow_count", "a failure like others, in error_summary"),
            Map.entry("/error_isl", "input of failed requests"),
            Map.entry("/metrics/error_isl", "likewise"),
            Map.entry("/total_error_isl", "likewise"),
            Map.entry("/time_to_second_token", "the second chunk is not stamped in the records"),
            Map.entry("/metrics/time_to_second_token", "likewise"),
            Map.entry("/metrics/inter_chunk_latency", "the gaps of each single request are not kept"),
            Map.entry(
                    "/output_token_count",
                    "output_sequence_length without reasoning, which usage does not distinguish"),
            Map.entry("/metrics/output_token_count", "likewise"),
            Map.entry("/decode_duration", "request_latency less time_to_first_token"),
            Map.entry("/metrics/decode_duration", "likewise"),
            Map.entry("/e2e_output_token_throughput", "output_sequence_length over request_latency"),
            Map.entry("/metrics/e2e_output_token_throughput", "likewise"),
            Map.entry("/prefill_throughput_per_user", "input_sequence_length over time_to_first_token"),
            Map.entry("/metrics/prefill_throughput_per_user", "likewise"),
            Map.entry("/metrics/good_request_count", "whether it was good is not in the records"),
            Map.entry("/input_config/", "settings of AIPerf itself, other than models, endpoint, datasets and phases"),
            Map.entry("/adj_", "latencies less what AIPerf takes for the network's"),
            Map.entry("/effective_", "a sweep over AIPerf's records of what was active at one time"),
            Map.entry("/active_", "likewise"),
            Map.entry("/tokens_in_flight", "likewise"),
            Map.entry("/credit_to_start_latency", "of AIPerf's credits; our delays from schedule are in summary.json"),
            Map.entry("/metrics/adj_", "as in the summary"),
            Map.entry("/metrics/effective_", "as in the summary"),
            Map.entry("/metrics/credit_to_start_latency", "as in the summary"),
            Map.entry("/run_info/trial", "AIPerf's repetitions"),
            Map.entry("/metadata/x_correlation_id", "AIPerf's inner names"),
            Map.entry("/metadata/root_correlation_id", "likewise"),
            Map.entry("/metadata/agent_depth", "likewise"),
            Map.entry("/metadata/phase_", "AIPerf's several phases"),
            Map.entry("/metadata/profiling_index", "likewise"),
            Map.entry("/metadata/context_overflow_skip", "AIPerf's way of skipping requests")));

    /** Our fields that they do not write, or that are null here only. */
    private static final List<String> VLLM_OWN =
            List.of("/benchmark_id", "/run_id", "/valid", "_e2el_ms", "/p50_", "/p90_", "/p95_");

    private static final List<String> AIPERF_OWN = List.of(
            // AIPerf leaves out what is null, and reads null the same.
            "/metadata/request_ack_ns", "/metadata/cancellation_time_ns", "/error", "/input_config/");

    @Test
    void vllmsFieldsWithoutDetailAreOurs() throws IOException {
        JsonNode golden = golden("vllm.json");
        JsonNode ours = json(VllmExport.of(new ToolRun(vllmRequests(), CLOSED_LOOP, 2).result(), null));

        assertSameFields(golden, ours, VLLM_LEFT_OUT_WITHOUT_DETAIL, VLLM_OWN);
        for (String path : List.of("/request_rate", "/burstiness", "/max_concurrency", "/backend", "/endpoint_type")) {
            assertThat(ours.at(path)).as(path).isEqualTo(golden.at(path));
        }
    }

    @Test
    void vllmsFieldsAndFiguresWithDetailAreOurs() throws IOException {
        JsonNode golden = golden("vllm-detailed.json");
        ToolRun run =
                new ToolRun(vllmRequests(), OPEN_LOOP, golden.at("/duration").asDouble());
        JsonNode ours = json(VllmExport.of(run.result(), run.columns()));

        assertSameFields(golden, ours, VLLM_LEFT_OUT, VLLM_OWN);
        for (String path : List.of(
                "/num_prompts",
                "/request_rate",
                "/burstiness",
                "/max_concurrency",
                "/completed",
                "/failed",
                "/total_input_tokens",
                "/total_output_tokens",
                "/max_output_tokens_per_s",
                "/input_lens",
                "/output_lens")) {
            assertThat(ours.at(path)).as(path).isEqualTo(golden.at(path));
        }
        for (String path : List.of(
                "/duration",
                "/request_throughput",
                "/request_goodput",
                "/output_throughput",
                "/total_token_throughput")) {
            assertThat(ours.at(path).asDouble())
                    .as(path)
                    .isCloseTo(golden.at(path).asDouble(), within(1e-6));
        }
        for (String metric : List.of("ttft", "tpot", "itl", "e2el")) {
            double[] sorted = vllmValues(metric);
            for (String moment : List.of("mean", "std")) {
                String path = "/" + moment + "_" + metric + "_ms";
                assertThat(ours.at(path).asDouble())
                        .as(path)
                        .isCloseTo(golden.at(path).asDouble(), within(1e-4));
            }
            for (String percentile : List.of("median", "p50", "p90", "p95", "p99")) {
                String path = "/" + percentile + "_" + metric + "_ms";
                double rank = percentile.equals("median") ? 50 : Double.parseDouble(percentile.substring(1));
                assertSamePercentile(
                        path,
                        sorted,
                        rank,
                        golden.at(path).asDouble(),
                        ours.at(path).asDouble());
            }
        }
        for (int i = 0; i < golden.at("/errors").size(); i++) {
            boolean failed = !golden.at("/errors/" + i).asString().isEmpty();
            assertThat(ours.at("/errors/" + i).asString().isEmpty()).isNotEqualTo(failed);
            if (!failed) {
                assertThat(ours.at("/ttfts/" + i).asDouble())
                        .isCloseTo(golden.at("/ttfts/" + i).asDouble(), within(1e-8));
                assertThat(ours.at("/latencies/" + i).asDouble())
                        .isCloseTo(golden.at("/latencies/" + i).asDouble(), within(1e-8));
            }
        }
    }

    @Test
    void aiperfsFieldsAndFiguresAreOurs() throws IOException {
        JsonNode golden = golden("profile_export_aiperf.json");
        ToolRun run = new ToolRun(
                aiperfRequests(),
                OPEN_LOOP,
                golden.at("/benchmark_duration/avg").asDouble());
        JsonNode ours = json(AiperfSummaryExport.of(run.result(), run.statistics()));

        assertSameFields(golden, ours, AIPERF_LEFT_OUT, AIPERF_OWN);
        int figures = 0;
        for (Map.Entry<String, JsonNode> block : ours.properties()) {
            JsonNode theirs = golden.path(block.getKey());
            if (!theirs.path("unit").isString()) {
                continue;
            }
            for (Map.Entry<String, JsonNode> figure : theirs.properties()) {
                String path = "/" + block.getKey() + "/" + figure.getKey();
                if (figure.getKey().equals("unit") || figure.getKey().equals("count")) {
                    assertThat(ours.at(path)).as(path).isEqualTo(figure.getValue());
                } else if (figure.getKey().startsWith("p")) {
                    double[] sorted = aiperfValues(block.getKey());
                    double rank = Double.parseDouble(figure.getKey().substring(1));
                    assertSamePercentile(
                            path,
                            sorted,
                            rank,
                            figure.getValue().asDouble(),
                            ours.at(path).asDouble());
                } else if (theirs.path("unit").asString().endsWith("/sec")) {
                    // AIPerf divides by the time that it observed, which is longer than its benchmark_duration and in
                    // no file.
                    double expected = figure.getValue().asDouble()
                            / golden.at("/request_throughput/avg").asDouble();
                    double actual = ours.at(path).asDouble()
                            / ours.at("/request_throughput/avg").asDouble();
                    assertThat(actual).as(path).isCloseTo(expected, within(1e-9));
                } else {
                    double expected = figure.getValue().asDouble();
                    assertThat(ours.at(path).asDouble()).as(path).isCloseTo(expected, within(1e-4 + expected * 1e-6));
                }
                figures++;
            }
        }
        assertThat(figures).isGreaterThan(140);
    }

    @Test
    void aiperfsRecordsAreOurs() throws IOException {
        ToolRun run = new ToolRun(aiperfRequests(), OPEN_LOOP, 2);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (AiperfRecordWriter writer =
                new AiperfRecordWriter(bytes, run.result().summary())) {
            for (var record : run.records()) {
                writer.write(record);
            }
        }
        List<JsonNode> golden = goldenRecords();
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSameSizeAs(golden);
        for (int i = 0; i < lines.size(); i++) {
            JsonNode ours = RunFormat.mapper().readTree(lines.get(i));
            JsonNode theirs = golden.get(i);
            assertSameFields(theirs, ours, AIPERF_LEFT_OUT, AIPERF_OWN);
            assertThat(ours.path("error").isNull())
                    .isEqualTo(theirs.path("error").isMissingNode());
            for (Map.Entry<String, JsonNode> metric : ours.path("metrics").properties()) {
                JsonNode their = theirs.path("metrics").path(metric.getKey());
                assertThat(metric.getValue().path("unit")).as(metric.getKey()).isEqualTo(their.path("unit"));
                assertThat(metric.getValue().path("value").asDouble())
                        .as(metric.getKey())
                        .isCloseTo(their.path("value").asDouble(), within(1e-4));
            }
        }
    }

    /** Every path of theirs is in ours with the same type, and the other way round; but for those that are named. */
    private static void assertSameFields(
            JsonNode golden, JsonNode ours, Map<String, String> leftOut, List<String> own) {
        Map<String, String> theirTypes = types(golden);
        Map<String, String> ourTypes = types(ours);
        theirTypes.forEach((path, type) -> {
            boolean isNullHere = Objects.equals(ourTypes.get(path), "NULL") && own.contains(path);
            if (ourTypes.containsKey(path) && !isNullHere) {
                assertThat(ourTypes).as(path).containsEntry(path, type);
            } else if (!isNullHere) {
                assertThat(leftOut.keySet()).as("left out: " + path).anyMatch(path::startsWith);
            }
        });
        ourTypes.forEach((path, type) -> {
            if (!theirTypes.containsKey(path)) {
                assertThat(own).as("not theirs: " + path).anyMatch(path::contains);
            }
        });
    }

    private static Map<String, String> types(JsonNode node) {
        Map<String, String> types = new TreeMap<>();
        collect("", node, types);
        return types;
    }

    private static void collect(String path, JsonNode node, Map<String, String> types) {
        if (node.isObject()) {
            node.properties().forEach(member -> collect(path + "/" + member.getKey(), member.getValue(), types));
        } else if (node.isArray()) {
            types.put(path, "array");
            Iterator<JsonNode> elements = node.iterator();
            if (elements.hasNext()) {
                collect(path + "/*", elements.next(), types);
            }
        } else {
            types.put(
                    path,
                    node.isNumber()
                            ? (node.isIntegralNumber() ? "whole" : "figure")
                            : node.getNodeType().name());
        }
    }

    /** They interpolate between two requests; here one of the two is chosen, to three digits. */
    private static void assertSamePercentile(String path, double[] sorted, double rank, double theirs, double ours) {
        double place = rank / 100 * (sorted.length - 1);
        double low = sorted[(int) Math.floor(place)];
        double high = sorted[(int) Math.ceil(place)];
        assertThat(theirs).as(path).isBetween(low - 1e-4, high + 1e-4);
        assertThat(ours).as(path).isBetween(low * 0.999 - 0.002, high * 1.001 + 0.002);
    }

    private static List<ToolRun.Request> vllmRequests() throws IOException {
        JsonNode golden = golden("vllm-detailed.json");
        List<ToolRun.Request> requests = new ArrayList<>();
        double begin = golden.at("/start_times/0").asDouble();
        for (int i = 0; i < golden.at("/ttfts").size(); i++) {
            String error = golden.at("/errors/" + i).asString();
            long start = nanos(golden.at("/start_times/" + i).asDouble() - begin);
            long first = start + nanos(golden.at("/ttfts/" + i).asDouble());
            long done = start + nanos(golden.at("/latencies/" + i).asDouble());
            int tokens = golden.at("/output_lens/" + i).asInt();
            boolean good =
                    error.isEmpty() && first - start <= 55_000_000 && (done - first) / (tokens - 1) <= 20_000_000;
            requests.add(new ToolRun.Request(
                    start,
                    first,
                    done,
                    gaps(golden.at("/itls/" + i), 1e9),
                    golden.at("/input_lens/" + i).asInt(),
                    tokens,
                    good,
                    error.isEmpty() ? null : error));
        }
        return requests;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private static long[] gaps(JsonNode array, double nanosPerUnit) {
        long[] gaps = new long[array.size()];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = Math.round(array.get(i).asDouble() * nanosPerUnit);
        }
        return gaps;
    }

    private static List<ToolRun.Request> aiperfRequests() throws IOException {
        List<ToolRun.Request> requests = new ArrayList<>();
        long begin = goldenRecords().getFirst().at("/metadata/request_start_ns").asLong();
        for (JsonNode record : goldenRecords()) {
            long start = record.at("/metadata/request_start_ns").asLong() - begin;
            boolean failed = record.has("error");
            JsonNode metrics = record.path("metrics");
            requests.add(new ToolRun.Request(
                    start,
                    start + Math.round(metrics.at("/time_to_first_token/value").asDouble() * 1e6),
                    start + Math.round(metrics.at("/request_latency/value").asDouble() * 1e6),
                    gaps(metrics.at("/inter_chunk_latency/value"), 1e6),
                    metrics.at("/input_sequence_length/value").asInt(),
                    metrics.at("/output_sequence_length/value").asInt(),
                    metrics.at("/good_request_count/value").asInt() == 1,
                    failed ? record.at("/error/type").asString() : null));
        }
        return requests;
    }

    private static double[] vllmValues(String metric) throws IOException {
        List<Double> values = new ArrayList<>();
        for (ToolRun.Request request : vllmRequests()) {
            if (request.error() != null) {
                continue;
            }
            switch (metric) {
                case "ttft" -> values.add((request.firstNanos() - request.startNanos()) / 1e6);
                case "e2el" -> values.add((request.doneNanos() - request.startNanos()) / 1e6);
                case "tpot" ->
                    values.add((request.doneNanos() - request.firstNanos()) / 1e6 / (request.outputTokens() - 1));
                default -> Arrays.stream(request.gapsNanos()).forEach(gap -> values.add(gap / 1e6));
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static double[] aiperfValues(String tag) throws IOException {
        List<Double> values = new ArrayList<>();
        for (JsonNode record : goldenRecords()) {
            JsonNode value = record.path("metrics").path(tag).path("value");
            if (value.isArray()) {
                value.forEach(one -> values.add(one.asDouble()));
            } else if (value.isNumber() && !record.has("error")) {
                values.add(value.asDouble());
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static JsonNode json(Object value) {
        return RunFormat.mapper().readTree(RunFormat.mapper().writeValueAsBytes(value));
    }

    private static JsonNode golden(String name) throws IOException {
        try (InputStream stream = ToolExportsTest.class.getResourceAsStream("golden/" + name)) {
            return RunFormat.mapper().readTree(Objects.requireNonNull(stream, name));
        }
    }

    private static List<JsonNode> goldenRecords() throws IOException {
        try (InputStream stream = ToolExportsTest.class.getResourceAsStream("golden/profile_export.jsonl")) {
            String text = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(line -> RunFormat.mapper().readTree(line)).toList();
        }
    }
}
