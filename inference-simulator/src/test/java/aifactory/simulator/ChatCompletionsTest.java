package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.contents;
import static aifactory.simulator.SimulatorCalls.events;
import static aifactory.simulator.SimulatorCalls.json;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.server.InferenceSimulator;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChatCompletionsTest {
    @Test
    void streamsRoleContentFinishReasonUsageAndDone() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            HttpResponse<String> answer = post(server, CHAT, chat(5, true));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
            assertThat(answer.headers().firstValue("transfer-encoding")).hasValue("chunked");

            List<String> events = events(answer.body());
            assertThat(events).hasSize(9).last().isEqualTo("[DONE]");
            JsonNode role = json(events.get(0)).path("choices").path(0);
            assertThat(role.path("delta").toString()).isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
            for (String event : events.subList(1, 6)) {
                JsonNode choice = json(event).path("choices").path(0);
                assertThat(choice.path("delta").path("content").asString()).matches(" [a-z]{5}");
                assertThat(choice.path("finish_reason").isNull()).isTrue();
            }
            JsonNode finish = json(events.get(6)).path("choices").path(0);
            assertThat(finish.path("delta").isEmpty()).isTrue();
            assertThat(finish.path("finish_reason").asString()).isEqualTo("length");
            JsonNode usage = json(events.get(7));
            assertThat(usage.path("choices").isEmpty()).isTrue();
            assertThat(usage.path("usage").toString())
                    .isEqualTo("{\"prompt_tokens\":2,\"total_tokens\":7,\"completion_tokens\":5}");
        }
    }

    @Test
    void allEventsOfAnAnswerCarryItsIdentity() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            String stream = post(server, CHAT, chat(3, true)).body();
            Set<String> identities = new HashSet<>();
            for (String event : events(stream)) {
                if (!event.equals("[DONE]")) {
                    JsonNode json = json(event);
                    assertThat(json.path("object").asString()).isEqualTo("chat.completion.chunk");
                    assertThat(json.path("model").asString()).isEqualTo("simulated-model");
                    assertThat(json.path("created").asLong()).isPositive();
                    identities.add(json.path("id").asString());
                }
            }
            assertThat(identities).hasSize(1).first().asString().matches("chatcmpl-[0-9a-f]{16}");
            assertThat(post(server, CHAT, chat(3, true)).body())
                    .doesNotContain(identities.iterator().next());
        }
    }

    @Test
    void usageIsStreamedOnlyOnRequest() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            String body = chat(2, true).replace("true}}", "false}}");
            assertThat(events(post(server, CHAT, body).body())).hasSize(5).noneMatch(event -> event.contains("usage"));
        }
    }

    @Test
    void answersInOneBodyWithUsage() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            HttpResponse<String> answer = post(server, CHAT, chat(4, false));
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
            JsonNode json = json(answer.body());
            assertThat(json.path("object").asString()).isEqualTo("chat.completion");
            JsonNode choice = json.path("choices").path(0);
            assertThat(choice.path("message").path("role").asString()).isEqualTo("assistant");
            assertThat(choice.path("message").path("content").asString()).matches("( [a-z]{5}){4}");
            assertThat(choice.path("finish_reason").asString()).isEqualTo("length");
            assertThat(json.path("usage").toString())
                    .isEqualTo("{\"prompt_tokens\":2,\"total_tokens\":6,\"completion_tokens\":4}");
        }
    }

    @Test
    void withoutALimitTheDefaultNumberOfTokensIsGenerated() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options().withOutput(new Output(7, 0, 1, 0)))) {
            String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
            assertThat(json(post(server, CHAT, body).body())
                            .path("usage")
                            .path("completion_tokens")
                            .asInt())
                    .isEqualTo(7);
        }
    }

    @Test
    void outputsEndEarlyAtTheGivenProbabilityUnlessToldOtherwise() throws Exception {
        SimulatorOptions options = options().withOutput(new Output(128, 0.5, 1, 0));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            int tokens = 0;
            int stopped = 0;
            for (int i = 0; i < 100; i++) {
                JsonNode json = json(post(server, CHAT, chat(64, false)).body());
                int length = json.path("usage").path("completion_tokens").asInt();
                assertThat(length).isBetween(1, 64);
                tokens += length;
                stopped += json.path("choices")
                                .path(0)
                                .path("finish_reason")
                                .asString()
                                .equals("stop")
                        ? 1
                        : 0;
            }
            // The length is geometric with mean 2 and deviation 1.4: five standard errors are 70.
            assertThat(tokens).isBetween(130, 270);
            assertThat(stopped).isEqualTo(100);

            String ignoring = chat(64, false).replace("\"stream\"", "\"ignore_eos\":true,\"stream\"");
            String atLeast = chat(64, false).replace("\"stream\"", "\"min_tokens\":60,\"stream\"");
            assertThat(json(post(server, CHAT, ignoring).body())
                            .path("usage")
                            .path("completion_tokens")
                            .asInt())
                    .isEqualTo(64);
            assertThat(json(post(server, CHAT, atLeast).body())
                            .path("usage")
                            .path("completion_tokens")
                            .asInt())
                    .isBetween(60, 64);
        }
    }

    @Test
    void theFirstTokensOfAChatMayBeReasoning() throws Exception {
        SimulatorOptions options = options().withOutput(new Output(128, 0, 1, 3));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            String stream = post(server, CHAT, chat(5, true)).body();
            assertThat(stream.split("reasoning_content\":\" ", -1)).hasSize(1 + 3);
            assertThat(contents(stream)).hasSize(2);
            assertThat(stream)
                    .contains("\"completion_tokens\":5,\"completion_tokens_details\":{\"reasoning_tokens\":3}");

            JsonNode message = json(post(server, CHAT, chat(5, false)).body())
                    .path("choices")
                    .path(0)
                    .path("message");
            assertThat(message.path("reasoning_content").asString()).matches("( [a-z]{5}){3}");
            assertThat(message.path("content").asString()).matches("( [a-z]{5}){2}");
        }
    }

    @Test
    void severalTokensShareAChunk() throws Exception {
        SimulatorOptions options = options().withOutput(new Output(128, 0, 4, 0));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            String stream = post(server, CHAT, chat(10, true)).body();
            assertThat(contents(stream).stream().map(content -> content.length() / 6))
                    .containsExactly(4, 4, 2);
            assertThat(server.statistics().generatedTokens()).isEqualTo(10);
            assertThat(server.statistics().contentChunks()).isEqualTo(3);
        }
    }

    @Test
    void theSameSeedGivesTheSameAnswers() throws Exception {
        assertThat(answers(5)).isEqualTo(answers(5)).isNotEqualTo(answers(6));
    }

    private static List<List<String>> answers(long seed) throws Exception {
        try (InferenceSimulator server =
                InferenceSimulator.start(options().withSeed(seed).withOutput(new Output(128, 0.1, 1, 0)))) {
            return List.of(
                    contents(post(server, CHAT, chat(20, true)).body()),
                    contents(post(server, CHAT, chat(20, true)).body()),
                    contents(post(server, CHAT, chat(20, true)).body()));
        }
    }
}
