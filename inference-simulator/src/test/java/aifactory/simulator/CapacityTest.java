package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.COMPLETIONS;
import static aifactory.simulator.SimulatorCalls.await;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.get;
import static aifactory.simulator.SimulatorCalls.metric;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.SimulatorOptions.TimeLog;
import aifactory.simulator.server.InferenceSimulator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequence slots, the queue before them, and what the server counts. */
class CapacityTest {
    private static final String END_OF_STREAM = "\r\n0\r\n\r\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whoWaitsIsServedInTheOrderOfArrivalAndWhoIsTooManyIsRefused(int eventLoops) throws Exception {
        SimulatorOptions options = options("endless:first=1")
                .withSequences(1, 3)
                .withEventLoops(eventLoops)
                .withTimeLog(new TimeLog(100, null));
        List<RawClient> waiting = new ArrayList<>();
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            RawClient blocking = RawClient.connect(server).send(RawClient.post(CHAT, chat(1, true)));
            blocking.readUntil("\"content\":\" ");
            for (int i = 0; i < 3; i++) {
                waiting.add(RawClient.connect(server).send(RawClient.post(CHAT, chat(2, true), "x-request-id: w" + i)));
                int expected = i + 1;
                await("it waits", () -> metricOf(server, "vllm:num_requests_waiting") == expected);
            }
            assertThat(metric(server, "vllm:num_requests_running")).isEqualTo(1);

            var refused = post(server, CHAT, chat(1, true));
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
            assertThat(refused.body())
                    .contains(
                            "The queue is full: 1 requests run and 3 wait",
                            "--max-num-seqs",
                            "ServiceUnavailableError");

            blocking.close();
            for (RawClient client : waiting) {
                assertThat(SimulatorCalls.contents(client.readUntil(END_OF_STREAM)))
                        .hasSize(2);
                client.close();
            }
            await("all have ended", () -> server.requestTimes().size() == 4);
            assertThat(server.requestTimes().stream()
                            .map(RequestTimes::requestId)
                            .filter(id -> id.startsWith("w")))
                    .containsExactly("w0", "w1", "w2");
            assertThat(metric(server, "vllm:num_requests_running")).isZero();
            assertThat(metric(server, "vllm:num_requests_waiting")).isZero();
        }
    }

    @Test
    void statisticsAndMetricsAreExact() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            post(server, CHAT, chat(5, true)); // 5 chunks; role, finish, usage, done
            post(server, CHAT, chat(7, false));
            post(server, COMPLETIONS, "{\"prompt\":\"a b c\",\"max_tokens\":4,\"stream\":true}"); // 4; finish, done
            post(server, "/v1/embeddings", "{\"input\":\"a b c d\"}");
            post(server, CHAT, "{");
            get(server, "/health");
            assertThat(server.statistics())
                    .usingRecursiveComparison()
                    .ignoringFields("connectionsAccepted") // how many a client opens is its own affair
                    .isEqualTo(new SimulatorStatistics(5, 4, 1, 0, 0, 2 + 2 + 3 + 4, 5 + 7 + 4, 9, 15, 0, 0, 0));
            assertThat(metric(server, "vllm:prompt_tokens_total")).isEqualTo(11);
            assertThat(metric(server, "vllm:generation_tokens_total")).isEqualTo(16);
            assertThat(metric(server, "vllm:time_to_first_token_seconds_count")).isEqualTo(4);
            assertThat(metric(server, "vllm:inter_token_latency_seconds_count")).isEqualTo(4 + 3);
            assertThat(metric(server, "vllm:e2e_request_latency_seconds_count")).isEqualTo(4);
            assertThat(metric(server, "vllm:request_queue_time_seconds_count")).isEqualTo(4);
            assertThat(metric(server, "vllm:num_preemptions_total")).isZero();
            assertThat(metric(server, "vllm:kv_cache_usage_perc")).isZero();
            assertThat(get(server, "/metrics").body())
                    .contains(
                            "vllm:request_success_total{model_name=\"simulated-model\",finished_reason=\"length\"} 4.0")
                    .contains("# TYPE vllm:time_to_first_token_seconds histogram")
                    .contains("vllm:time_to_first_token_seconds_bucket{model_name=\"simulated-model\",le=\"+Inf\"} 4");
        }
    }

    @Test
    void theBeginningOfAPromptIsFoundInThePrefixCache() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            String prompt = "word ".repeat(40);
            String body = "{\"prompt\":\"" + prompt + "\",\"max_tokens\":1}";
            post(server, COMPLETIONS, body);
            assertThat(metric(server, "vllm:prefix_cache_queries_total")).isEqualTo(40);
            assertThat(metric(server, "vllm:prefix_cache_hits_total")).isZero();
            post(server, COMPLETIONS, body.replace(prompt, prompt + "more"));
            assertThat(metric(server, "vllm:prefix_cache_queries_total")).isEqualTo(81);
            assertThat(metric(server, "vllm:prefix_cache_hits_total")).isEqualTo(32);
        }
    }

    @Test
    void theCacheFillsWithTheTokensOfRunningRequests() throws Exception {
        SimulatorOptions options = options("stall:1h,token=6");
        try (InferenceSimulator server = InferenceSimulator.start(options);
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(10, true)));
            await("six tokens are generated", () -> server.statistics().generatedTokens() == 6);
            assertThat(metric(server, "vllm:kv_cache_usage_perc"))
                    .isEqualTo((2.0 + 6.0) / options.capacity().kvCacheTokens());
        }
    }

    private static double metricOf(InferenceSimulator server, String name) {
        try {
            return metric(server, name);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
