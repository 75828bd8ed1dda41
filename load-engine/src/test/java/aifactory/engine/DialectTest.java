package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.Metric;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.TokenSource;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.SimulatorStatistics;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestPayload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every dialect from end to end, against the simulator that speaks it, and what its real servers say in other
 * situations.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DialectTest {
    private static final SimulatorOptions SERVER = SimulatorOptions.defaults()
            .withPort(0)
            .withModel("simulated")
            .withLatencies(Duration.ofMillis(1), Duration.ofNanos(100_000));

    private static TestWorkload workload(Endpoint endpoint, boolean streaming) {
        TestWorkload workload = TestWorkload.closed(2, 12);
        workload.endpoint = endpoint;
        workload.streaming = streaming;
        workload.model = SERVER.model();
        workload.outputTokens = 6;
        return workload;
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSES", "MESSAGES", "OLLAMA", "TGI", "TRITON"})
    void aStreamIsMeasuredChunkByChunk(Endpoint endpoint) throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            CollectingSink sink = EngineRun.against(server.address(), workload(endpoint, true));
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(12);
            assertThat(sink.aggregate().histograms().of(Metric.ITL).count()).isEqualTo(12 * 5);
            boolean counts = endpoint != Endpoint.TRITON;
            assertThat(sink.records()).allSatisfy(record -> {
                assertThat(record.outputTokens()).isEqualTo(6);
                assertThat(record.tokenSource()).isEqualTo(counts ? TokenSource.USAGE : TokenSource.CHUNKS);
            });
            SimulatorStatistics served = server.statistics();
            assertThat(served.completedRequests()).isEqualTo(12);
            assertThat(served.generatedTokens()).isEqualTo(72);
            if (counts) {
                long input = sink.records().stream()
                        .mapToLong(RequestRecord::inputTokens)
                        .sum();
                assertThat(input).isEqualTo(served.promptTokens());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSES", "MESSAGES", "OLLAMA", "TGI", "TRITON", "KSERVE", "RERANK", "SCORE"})
    void aWholeResponseIsMeasured(Endpoint endpoint) throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            TestWorkload workload = workload(endpoint, false);
            workload.payload = new RequestPayload(null, 3, Map.of(), null, null, 0);
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(12);
            // Triton and KServe state no numbers of tokens; rerank and score state those of the prompt only, as
            // embeddings do.
            boolean hasUsage = endpoint != Endpoint.TRITON && endpoint != Endpoint.KSERVE;
            assertThat(sink.records()).allSatisfy(record -> {
                assertThat(record.outputTokens()).isEqualTo(hasUsage && endpoint.generates() ? 6 : 0);
                assertThat(record.tokenSource() == TokenSource.USAGE).isEqualTo(hasUsage);
            });
        }
    }

    /** From the first chunk to the first that is not reasoning; negative where one is missing. */
    private static long outputAfterFirstChunk(RequestRecord record) {
        Long output = record.firstOutputNanos();
        Long chunk = record.firstChunkNanos();
        return output == null || chunk == null ? -1 : output - chunk;
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSES", "MESSAGES", "OLLAMA"})
    void reasoningAndCallsOfToolsAreContent(Endpoint endpoint) throws Exception {
        SimulatorOptions options = SERVER.withLatencies(Duration.ofMillis(1), Duration.ofMillis(5))
                .withFaults(List.of(FaultSpecification.parse("reasoning:count=2")));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            CollectingSink sink = EngineRun.against(server.address(), workload(endpoint, true));
            assertThat(sink.aggregate().all().completed()).isEqualTo(12);
            assertThat(sink.records())
                    .allMatch(record -> outputAfterFirstChunk(record) >= 0)
                    // On a busy machine a read may bring several events at once.
                    .anyMatch(record -> outputAfterFirstChunk(record) > 0);
        }
        SimulatorOptions tools = SERVER.withFaults(List.of(FaultSpecification.parse("tool-call")));
        try (InferenceSimulator server = InferenceSimulator.start(tools)) {
            CollectingSink sink = EngineRun.against(server.address(), workload(endpoint, true));
            assertThat(sink.aggregate().all().completed()).isEqualTo(12);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSES", "MESSAGES", "OLLAMA", "TGI", "TRITON"})
    void anErrorInMidStreamFailsTheRequest(Endpoint endpoint) throws Exception {
        SimulatorOptions options = SERVER.withFaults(List.of(FaultSpecification.parse("error-event:token=3")));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            RequestCounts counts = EngineRun.against(server.address(), workload(endpoint, true))
                    .aggregate()
                    .all();
            assertThat(counts.errors()).isEqualTo(Map.of("error_in_body", 12L));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESPONSES", "MESSAGES", "OLLAMA", "TGI"})
    void aStreamWithoutItsEndIsTruncated(Endpoint endpoint) throws Exception {
        SimulatorOptions options = SERVER.withFaults(List.of(FaultSpecification.parse("no-done")));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            RequestCounts counts = EngineRun.against(server.address(), workload(endpoint, true))
                    .aggregate()
                    .all();
            assertThat(counts.errors()).isEqualTo(Map.of("truncated", 12L));
        }
    }

    @Test
    void sessionsCarryTheAnswersOfADialect() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(SERVER)) {
            TestWorkload workload = workload(Endpoint.MESSAGES, true).withTurns(3, Duration.ZERO);
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(12);
        }
    }

    @Test
    void requestsHaveTheFormOfTheirDialect() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.json("{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}],"
                    + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"));
            return true;
        })) {
            TestWorkload workload = workload(Endpoint.MESSAGES, false);
            workload.count = 1L;
            EngineRun.against(server.address(), workload);
            ScriptedServer.Request request = server.requests().getFirst();
            assertThat(request.head())
                    .startsWith("POST /v1/messages HTTP/1.1")
                    .contains("anthropic-version: 2023-06-01\r\n");
            assertThat(request.body())
                    .contains("\"max_tokens\":6")
                    .contains("\"messages\":[{\"role\":\"user\"")
                    .contains("\"stream\":false");
        }
    }

    @Test
    void theModelIsPartOfThePathOfTriton() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.EVENT_STREAM + Answers.chunk("data: {\"text_output\":\"a\"}\n\n")
                    + Answers.chunk("data: {\"text_output\":\"b\"}\n\n") + "0\r\n\r\n");
            return true;
        })) {
            TestWorkload workload = workload(Endpoint.TRITON, true);
            workload.count = 2L;
            workload.model = "org/model 8b";
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().completed()).isEqualTo(2);
            assertThat(server.requests().getFirst().head())
                    .startsWith("POST /v2/models/org%2Fmodel%208b/generate_stream HTTP/1.1");
            assertThat(sink.records()).allMatch(record -> record.chunks() == 2);
        }
    }
}
