package aifactory.reporting.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFormat;
import aifactory.reporting.SampleRun;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ExportsTest {
    /** In the order in which {@code vllm bench serve --save-result} writes them, this program's own left out. */
    private static final List<String> VLLM = List.of(
            "date",
            "endpoint_type",
            "backend",
            "label",
            "model_id",
            "tokenizer_id",
            "num_prompts",
            "request_rate",
            "burstiness",
            "max_concurrency",
            "duration",
            "completed",
            "failed",
            "total_input_tokens",
            "total_output_tokens",
            "request_throughput",
            "request_goodput",
            "output_throughput",
            "total_token_throughput",
            "max_output_tokens_per_s",
            "max_concurrent_requests",
            "mean_ttft_ms",
            "median_ttft_ms",
            "std_ttft_ms",
            "p99_ttft_ms",
            "mean_tpot_ms",
            "median_tpot_ms",
            "std_tpot_ms",
            "p99_tpot_ms",
            "mean_itl_ms",
            "median_itl_ms",
            "std_itl_ms",
            "p99_itl_ms");

    @TempDir
    Path directory;

    private final SampleRun sample = new SampleRun();
    private RunResult result = sample.result();

    @BeforeEach
    void write() throws IOException {
        result = sample.result();
        RunFiles.write(directory, result, RequestRecordSource.of(sample.records()), true);
    }

    private JsonNode read(String name) throws IOException {
        return RunFormat.mapper().readTree(Files.readAllBytes(directory.resolve(name)));
    }

    private List<RequestRecord> measured(RequestOutcome outcome) {
        return sample.records().stream()
                .filter(record -> record.phase() == RunPhase.MEASURED && record.outcome() == outcome)
                .toList();
    }

    private MetricSummary metric(String name) {
        return Objects.requireNonNull(result.summary().metrics().get(name));
    }

    @Test
    void vllmHasItsFieldsInItsOrderAndUnits() throws IOException {
        JsonNode vllm = read("vllm.json");
        RunSummary summary = result.summary();

        assertThat(vllm.propertyNames().stream().filter(VLLM::contains)).containsExactlyElementsOf(VLLM);
        assertThat(vllm.at("/date").asString()).isEqualTo("20261124-031100");
        assertThat(vllm.at("/model_id").asString()).isEqualTo(sample.model);
        assertThat(vllm.at("/request_rate").asDouble()).isEqualTo(50);
        assertThat(vllm.at("/max_concurrency").isNull()).isTrue();
        assertThat(vllm.at("/completed").asLong()).isEqualTo(summary.requests().completed());
        assertThat(vllm.at("/failed").asLong())
                .isEqualTo(summary.requests().failed())
                .isPositive();
        assertThat(vllm.at("/request_goodput").asDouble()).isEqualTo(Objects.requireNonNull(summary.goodputRps()));
        assertThat(vllm.at("/mean_ttft_ms").asDouble())
                .isEqualTo(metric("ttft_ms").mean());
        assertThat(vllm.at("/median_tpot_ms").asDouble())
                .isEqualTo(metric("tpot_ms").p50());
        assertThat(vllm.at("/std_itl_ms").asDouble()).isEqualTo(metric("itl_ms").std());
        assertThat(vllm.at("/p99_e2el_ms").asDouble())
                .isEqualTo(metric("e2el_ms").p99());
    }

    @Test
    void vllmsArraysAreInSecondsOneEntryARequest() throws IOException {
        JsonNode vllm = read("vllm.json");
        long requests = sample.records().stream()
                .filter(record -> record.phase() == RunPhase.MEASURED)
                .count();

        for (String name : List.of("input_lens", "output_lens", "ttfts", "latencies", "start_times", "errors")) {
            assertThat(vllm.at("/" + name).size()).as(name).isEqualTo((int) requests);
        }
        double sum = 0;
        long failed = 0;
        for (int i = 0; i < requests; i++) {
            sum += vllm.at("/ttfts/" + i).asDouble();
            failed += vllm.at("/errors/" + i).asString().isEmpty() ? 0 : 1;
        }
        assertThat(sum * 1000 / (requests - failed)).isCloseTo(metric("ttft_ms").mean(), within(1e-6));
        assertThat(failed).isEqualTo(result.summary().requests().failed());
    }

    @Test
    void vllmSaysInfWithoutARateAndKeepsTheCap() throws IOException {
        SampleRun closed = new SampleRun();
        closed.workloadJson = "{\"concurrency\": 12}";
        RunResult run = closed.result();

        var members = VllmExport.of(run, null);

        assertThat(members).containsEntry("request_rate", "inf").containsEntry("max_concurrency", 12L);
        assertThat(members).containsEntry("request_goodput", null).containsEntry("mean_ttft_ms", 0.0);
        assertThat(members).doesNotContainKeys("ttfts", "errors");
    }

    @Test
    void aiperfHasItsBlocksAndItsWords() throws IOException {
        JsonNode aiperf = read("profile_export_aiperf.json");
        List<String> statistics = List.of(
                "unit", "avg", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "min", "max", "std",
                "count", "sum");

        for (String block : List.of(
                "request_latency",
                "time_to_first_token",
                "inter_token_latency",
                "inter_chunk_latency",
                "output_token_throughput_per_user",
                "output_sequence_length",
                "input_sequence_length")) {
            assertThat(aiperf.at("/" + block).propertyNames())
                    .as(block)
                    .containsExactlyInAnyOrderElementsOf(statistics);
        }
        for (String block : List.of(
                "request_throughput",
                "request_count",
                "output_token_throughput",
                "goodput",
                "good_request_count",
                "benchmark_duration",
                "error_request_count")) {
            assertThat(aiperf.at("/" + block + "/unit").isString()).as(block).isTrue();
            assertThat(aiperf.at("/" + block + "/avg").isNumber()).as(block).isTrue();
        }
        assertThat(aiperf.at("/request_latency/p99").asDouble())
                .isEqualTo(metric("e2el_ms").p99());
        assertThat(aiperf.at("/time_to_first_token/avg").asDouble())
                .isCloseTo(metric("ttft_ms").mean(), within(1e-9));
        assertThat(aiperf.at("/inter_token_latency/p50").asDouble())
                .isEqualTo(metric("tpot_ms").p50());
        assertThat(aiperf.at("/inter_chunk_latency/p90").asDouble())
                .isEqualTo(metric("itl_ms").p90());
        assertThat(aiperf.at("/run_info/random_seed").asLong()).isEqualTo(sample.seed);
        assertThat(aiperf.at("/input_config/phases/0/rate").asDouble()).isEqualTo(50);
        assertThat(aiperf.at("/was_cancelled").asBoolean()).isFalse();
        double[] outputs = measured(RequestOutcome.COMPLETED).stream()
                .mapToDouble(RequestRecord::outputTokens)
                .toArray();
        assertThat(aiperf.at("/output_sequence_length/sum").asDouble())
                .isEqualTo(Arrays.stream(outputs).sum());
        assertThat(aiperf.at("/output_sequence_length/max").asDouble())
                .isEqualTo(Arrays.stream(outputs).max().orElseThrow());
        long errors = 0;
        for (JsonNode error : aiperf.at("/error_summary")) {
            errors += error.at("/count").asLong();
            assertThat(error.at("/error_details/message").asString()).isEqualTo(sample.errorDetail);
        }
        assertThat(errors).isEqualTo(result.summary().requests().failed());
    }

    @Test
    void aiperfsRecordsHaveTheStampsAndMetricsOfEachRequest() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("profile_export.jsonl"));

        assertThat(lines).hasSameSizeAs(sample.records());
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = RunFormat.mapper().readTree(lines.get(i));
            RequestRecord record = sample.records().get(i);
            assertThat(line.propertyNames()).containsExactly("metadata", "metrics", "error");
            assertThat(line.at("/metadata/benchmark_phase").asString())
                    .isEqualTo(record.phase() == RunPhase.MEASURED ? "profiling" : "warmup");
            assertThat(line.at("/metadata/worker_id").asString()).isEqualTo("client-" + record.client());
            Long started = record.startedNanos();
            Long done = record.doneNanos();
            if (started == null || done == null) {
                assertThat(line.at("/error/code").asInt()).isEqualTo(503);
                assertThat(line.at("/error/type").asString()).isEqualTo(record.error());
                assertThat(line.at("/metrics").isEmpty()).isTrue();
            } else {
                long length = line.at("/metadata/request_end_ns").asLong()
                        - line.at("/metadata/request_start_ns").asLong();
                assertThat(length).isEqualTo(done - started);
                assertThat(line.at("/metrics/request_latency/value").asDouble())
                        .isCloseTo((done - started) / 1e6, within(1e-9));
                assertThat(line.at("/metrics/output_sequence_length/value").asInt())
                        .isEqualTo(record.outputTokens());
                assertThat(line.at("/error").isNull()).isTrue();
            }
        }
    }

    @Test
    void theCsvIsOneTable() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("summary.csv"));

        assertThat(lines.getFirst()).isEqualTo("metric,unit,value,count,mean,std,min,p50,p90,p95,p99,p99_9,max");
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(13));
        assertThat(lines).contains("status,,completed,,,,,,,,,,");
        MetricSummary firstToken = metric("ttft_ms");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("ttft_ms,"))
                .singleElement()
                .isEqualTo("ttft_ms,ms,," + firstToken.count() + "," + firstToken.mean() + "," + firstToken.std() + ","
                        + firstToken.min() + "," + firstToken.p50() + "," + firstToken.p90() + "," + firstToken.p95()
                        + "," + firstToken.p99() + "," + firstToken.p99_9() + "," + firstToken.max());
    }

    @Test
    void aSpreadsheetTakesNoTextForAFormula() {
        assertThat(SummaryCsv.field("=cmd|' /C calc'!A0")).isEqualTo("'=cmd|' /C calc'!A0");
        assertThat(SummaryCsv.field("a,\"b\"")).isEqualTo("\"a,\"\"b\"\"\"");
    }
}
