package aifactory.servermetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTableTest {
    private static final String VLLM = """
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="a} \\"b"} 12.0
            vllm:num_requests_running{engine="1",model_name="a} \\"b"} 3.0
            vllm:num_requests_waiting{engine="0",model_name="m"} 4.0
            vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.5
            vllm:kv_cache_usage_perc{engine="1",model_name="m"} 0.7
            vllm:num_preemptions_total{engine="0",model_name="m"} 2.0
            vllm:num_preemptions_created{engine="0",model_name="m"} 1.7e+09
            vllm:request_success_total{engine="0",finished_reason="stop"} 100.0
            vllm:request_success_total{engine="0",finished_reason="length"} 30.0
            vllm:prefix_cache_queries_total{engine="0"} 4000.0
            vllm:prefix_cache_hits_total{engine="0"} 1500.0
            vllm:request_queue_time_seconds_bucket{engine="0",le="0.3"} 8.0
            vllm:request_queue_time_seconds_bucket{engine="0",le="0.5"} 9.0
            vllm:request_queue_time_seconds_bucket{engine="0",le="+Inf"} 10.0
            vllm:request_queue_time_seconds_count{engine="0"} 10.0
            vllm:request_queue_time_seconds_sum{engine="0"} 2.5
            """;

    private static ServerReading read(String text) {
        return EngineTable.builtIn().read(text).orElseThrow();
    }

    @Test
    void readsVllm() {
        ServerReading reading = read(VLLM);

        assertThat(reading.engine()).isEqualTo("vLLM");
        assertThat(reading.values())
                .containsOnly(
                        Map.entry(ServerFigure.REQUESTS_RUNNING, 15.0),
                        Map.entry(ServerFigure.REQUESTS_WAITING, 4.0),
                        Map.entry(ServerFigure.KV_CACHE_USAGE, 0.6),
                        Map.entry(ServerFigure.PREEMPTIONS, 2.0),
                        Map.entry(ServerFigure.REQUESTS_FINISHED, 130.0),
                        Map.entry(ServerFigure.PREFIX_CACHE_QUERIES, 4000.0),
                        Map.entry(ServerFigure.PREFIX_CACHE_HITS, 1500.0));
        DurationHistogram queue = Objects.requireNonNull(reading.durations().get(ServerFigure.QUEUE_TIME));
        assertThat(queue.meanSeconds()).isEqualTo(0.25);
        assertThat(queue.buckets())
                .containsExactly(Map.entry(0.3, 8.0), Map.entry(0.5, 9.0), Map.entry(Double.POSITIVE_INFINITY, 10.0));
        assertThat(reading.truncated()).isFalse();
    }

    @Test
    void readsSgLang() {
        ServerReading reading = read("""
                sglang:num_running_reqs{model_name="m",tp_rank="0"} 7.0
                sglang:num_queue_reqs{model_name="m"} 2.0
                sglang:token_usage{model_name="m"} 0.28
                sglang:prompt_tokens_total{model_name="m"} 8000.0
                sglang:cached_tokens_total{model_name="m",cache_source="device"} 1000.0
                sglang:cached_tokens_total{model_name="m",cache_source="host"} 500.0
                sglang:per_stage_req_latency_seconds_sum{stage="prefill_forward"} 3.0
                sglang:per_stage_req_latency_seconds_count{stage="prefill_forward"} 30
                sglang:per_stage_req_latency_seconds_sum{stage="decode_waiting"} 100.0
                sglang:per_stage_req_latency_seconds_count{stage="decode_waiting"} 30
                """);

        assertThat(reading.engine()).isEqualTo("SGLang");
        assertThat(reading.value(ServerFigure.PREFIX_CACHE_HITS)).isEqualTo(1500);
        assertThat(reading.value(ServerFigure.PREFIX_CACHE_QUERIES)).isEqualTo(8000);
        assertThat(Objects.requireNonNull(reading.durations().get(ServerFigure.PREFILL_TIME))
                        .meanSeconds())
                .isEqualTo(0.1, within(1e-9));
    }

    @Test
    void readsTritonWithTensorRt() {
        ServerReading reading = read("""
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="context",version="1"} 1
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="scheduled",version="1"} 6
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="max",version="1"} 64
                nv_trt_llm_request_metrics{model="tensorrt_llm",request_type="waiting",version="1"} 3
                nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction",model="tensorrt_llm"} 0.4
                nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="used",model="tensorrt_llm"} 400
                nv_inference_request_success{model="tensorrt_llm",version="1"} 200
                nv_inference_queue_duration_us{model="tensorrt_llm",version="1"} 4000000
                """);

        assertThat(reading.engine()).isEqualTo("Triton");
        assertThat(reading.value(ServerFigure.REQUESTS_RUNNING)).isEqualTo(6);
        assertThat(reading.value(ServerFigure.REQUESTS_RUNNING_LIMIT)).isEqualTo(64);
        assertThat(reading.value(ServerFigure.REQUESTS_WAITING)).isEqualTo(3);
        assertThat(reading.value(ServerFigure.KV_CACHE_USAGE)).isEqualTo(0.4);
        assertThat(Objects.requireNonNull(reading.durations().get(ServerFigure.QUEUE_TIME))
                        .meanSeconds())
                .isEqualTo(0.02, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "trtllm_kv_cache_utilization 0.3;TensorRT-LLM",
                "tgi_queue_size 3;TGI",
                "litellm_overhead_latency_metric_sum 0.5|litellm_overhead_latency_metric_count 10;LiteLLM",
                "llamacpp:requests_processing 1|llamacpp:requests_deferred 0 1764115200000;llama.cpp",
            })
    void recognisesEveryEngine(String textAndEngine) {
        String[] parts = textAndEngine.split(";");

        assertThat(read(parts[0].replace('|', '\n')).engine()).isEqualTo(parts[1]);
    }

    @Test
    void durationsOfLlamaCppHaveNoCount() {
        ServerReading reading = read("llamacpp:prompt_seconds_total 4\nllamacpp:prompt_tokens_total 100\n");
        DurationHistogram prefill = Objects.requireNonNull(reading.durations().get(ServerFigure.PREFILL_TIME));

        assertThat(prefill.count()).isNull();
        assertThat(prefill.sumSeconds()).isEqualTo(4);
        assertThat(prefill.meanSeconds()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>vllm:num_requests_running</html>",
                "vllm:num_requests_running",
                "vllm:num_requests_running{a=\"} 5",
                "vllm:num_requests_running{a} 5",
                "vllm:num_requests_running{} NaN",
                "vllm:num_requests_running -1",
                "vllm:num_requests_running +Inf",
                "vllm:request_queue_time_seconds_sum 5",
                "{\"iter\": 1}",
                "\u0000\ufffd",
            })
    void ignoresWhatIsNoMetricOfAnEngine(String text) {
        assertThat(EngineTable.builtIn().read(text)).isEmpty();
    }

    @Test
    void aMillionSeriesAreBounded() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Exposition.MAXIMUM_SAMPLES + 10; i++) {
            text.append("vllm:request_success_total{user=\"").append(i).append("\"} 1\n");
        }
        ServerReading reading = read(text.toString());

        assertThat(reading.truncated()).isTrue();
        assertThat(reading.value(ServerFigure.REQUESTS_FINISHED)).isEqualTo(Exposition.MAXIMUM_SAMPLES);
    }

    @Test
    void randomDamageNeverFails() {
        Random random = new Random(20261129);
        for (int i = 0; i < 2_000; i++) {
            char[] text = VLLM.toCharArray();
            for (int change = 0; change < 5; change++) {
                text[random.nextInt(text.length)] = "{}\",=\\\n 9\u0000".charAt(random.nextInt(10));
            }
            EngineTable.builtIn()
                    .read(new String(text))
                    .ifPresent(reading -> assertThat(reading.values().values())
                            .allSatisfy(value -> assertThat(value).isFinite().isNotNegative()));
        }
    }

    @Test
    void aSitesFileAddsAnEngine() {
        EngineTable table = EngineTable.builtIn().with("""
                {"engines": [{"name": "Ours", "figures": {
                  "requests_running": "ours_running",
                  "kv_cache_usage": {"metric": "ours_cache", "labels": {"pool": "kv"}, "scale": 0.01},
                  "queue_time": {"sum": "ours_queue_us", "count": "ours_requests", "scale": 1e-6}}}]}
                """);

        ServerReading reading = table.read("""
                ours_running 3
                ours_cache{pool="kv"} 50
                ours_cache{pool="weights"} 90
                ours_queue_us 1000000
                ours_requests 4
                """).orElseThrow();
        assertThat(reading.engine()).isEqualTo("Ours");
        assertThat(reading.value(ServerFigure.KV_CACHE_USAGE)).isEqualTo(0.5);
        assertThat(Objects.requireNonNull(reading.durations().get(ServerFigure.QUEUE_TIME))
                        .meanSeconds())
                .isEqualTo(0.25);
        assertThat(table.read(VLLM).orElseThrow().engine()).isEqualTo("vLLM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"engines|not a JSON document",
                "[]|the file: not an object",
                "{}|engines: not a list",
                "{\"engines\": [], \"x\": 1}|unknown member 'x'",
                "{\"engines\": [{\"figures\": {}}]}|without a name",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {}}]}|figures",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"running\": \"x\"}}]}|unknown figure 'running' (expected one of requests_running",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"queue_time\": \"a b\"}}]}|'a b' is not the name of a metric",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"queue_time\": []}}]}|queue_time: not 1 to",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"queue_time\": {\"count\": \"x\"}}}]}|exactly one of metric and sum",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"preemptions\": {\"sum\": \"x\"}}}]}|for durations",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"preemptions\": {\"metric\": \"x\", \"scale\": 0}}}]}|scale is not positive",
                "{\"engines\": [{\"name\": \"a\", \"figures\": {\"preemptions\": {\"metric\": \"x\", \"labels\": {\"l\": 1}}}}]}|label l is not a string",
            })
    void aFileWithAMistakeIsRefusedByName(String jsonAndMessage) {
        String[] parts = jsonAndMessage.split("\\|", 2);

        assertThatThrownBy(() -> EngineTable.builtIn().with(parts[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(parts[1]);
    }

    @Test
    void histogramsAreSubtractedAndARestartIsSeen() {
        DurationHistogram first = Objects.requireNonNull(read(VLLM).durations().get(ServerFigure.QUEUE_TIME));
        DurationHistogram later =
                Objects.requireNonNull(read(VLLM.replace("_count{engine=\"0\"} 10.0", "_count{engine=\"0\"} 14.0")
                                .replace("_sum{engine=\"0\"} 2.5", "_sum{engine=\"0\"} 3.5")
                                .replace("le=\"+Inf\"} 10.0", "le=\"+Inf\"} 14.0"))
                        .durations()
                        .get(ServerFigure.QUEUE_TIME));

        DurationHistogram change = later.since(first);
        assertThat(change.count()).isEqualTo(4);
        assertThat(change.meanSeconds()).isEqualTo(0.25);
        assertThat(change.buckets()).containsEntry(0.3, 0.0).containsEntry(Double.POSITIVE_INFINITY, 4.0);
        assertThat(first.since(later)).isEqualTo(first);
    }

    /** Each row of the table in the documentation names what is read first for every figure of an engine. */
    @Test
    void theDocumentationNamesTheMetricsOfEveryEngine() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/results.md"));
        EngineTable table = EngineTable.builtIn();

        assertThat(table.engineNames())
                .containsExactly("vLLM", "SGLang", "TensorRT-LLM", "Triton", "TGI", "llama.cpp", "LiteLLM");
        for (String engine : table.engineNames()) {
            assertThat(rows)
                    .filteredOn(row -> row.startsWith("| " + engine + " | "))
                    .singleElement()
                    .satisfies(row -> {
                        for (ServerFigure figure : ServerFigure.values()) {
                            table.metricName(engine, figure)
                                    .ifPresent(metric -> assertThat(row).contains(figure.jsonName() + " `" + metric));
                        }
                    });
        }
    }
}
