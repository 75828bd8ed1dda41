package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.COMPLETIONS;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.contents;
import static aifactory.simulator.SimulatorCalls.events;
import static aifactory.simulator.SimulatorCalls.get;
import static aifactory.simulator.SimulatorCalls.json;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.server.InferenceSimulator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the first test
class ZeroWorkTest {
    private InferenceSimulator server;

    @BeforeAll
    void start() throws Exception {
        server = InferenceSimulator.start(
                options("status:500").withZeroWork(true).withOutput(new Output(12, 0, 1, 0)));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void anyBodyGetsTheConstantAnswer() throws Exception {
        String answer = post(server, CHAT, "not even JSON").body();
        assertThat(post(server, CHAT, chat(3, false)).body()).isEqualTo(answer);
        assertThat(json(answer)
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asString())
                .matches("( [a-z]{5}){12}");
        assertThat(json(answer).path("usage").path("completion_tokens").asInt()).isEqualTo(12);
        assertThat(json(post(server, COMPLETIONS, "").body())
                        .path("choices")
                        .path(0)
                        .path("text")
                        .asString())
                .matches("( [a-z]{5}){12}");
        assertThat(json(post(server, "/v1/embeddings", "").body()).path("data").size())
                .isEqualTo(1);
    }

    @Test
    void streamsComeWhole() throws Exception {
        String stream = post(server, CHAT, chat(3, true)).body();
        assertThat(contents(stream)).hasSize(12);
        assertThat(events(stream)).hasSize(16).last().isEqualTo("[DONE]");
        assertThat(stream).contains("\"usage\":{");
        List<String> withoutUsage =
                events(post(server, COMPLETIONS, "{\"stream\" : true}").body());
        assertThat(withoutUsage).hasSize(14).noneMatch(event -> event.contains("usage"));
    }

    @Test
    void answersAreCounted() throws Exception {
        SimulatorStatistics before = server.statistics();
        post(server, CHAT, chat(3, true));
        post(server, CHAT, chat(3, false));
        SimulatorStatistics after = server.statistics();
        assertThat(after.requests() - before.requests()).isEqualTo(2);
        assertThat(after.completedRequests() - before.completedRequests()).isEqualTo(2);
        assertThat(after.generatedTokens() - before.generatedTokens()).isEqualTo(24);
        assertThat(after.contentChunks() - before.contentChunks()).isEqualTo(12);
        assertThat(after.events() - before.events()).isEqualTo(16);
    }

    @Test
    void whatGeneratesNothingIsAnsweredAsAlways() throws Exception {
        assertThat(get(server, "/v1/models").body()).contains("simulated-model");
        assertThat(get(server, CHAT).statusCode()).isEqualTo(405);
    }
}
