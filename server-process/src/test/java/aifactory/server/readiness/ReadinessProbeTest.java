package aifactory.server.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server is ready when a real token has come, and not before. */
final class ReadinessProbeTest {
    private static final String TEXT = "{\"choices\":[{\"text\":\"Hi\"}]}";

    @SuppressWarnings("NullAway.Init")
    private FakeInferenceServer server;

    @SuppressWarnings("NullAway.Init")
    private ReadinessProbe probe;

    @BeforeEach
    void start() throws IOException {
        server = new FakeInferenceServer(0);
        probe = new ReadinessProbe("127.0.0.1", server.port(), "/health", 3);
    }

    @AfterEach
    void end() {
        probe.close();
        server.close();
    }

    @Test
    void waitsForHealthThenForTheTokenThenIsWarm() throws InterruptedException {
        server.answer("/health", 503, "loading");
        assertThat(probe.look()).contains("/health answers 503");
        assertThat(server.asked("/v1/completions")).isZero();
        server.answer("/health", 200, "{}");
        assertThat(probe.look().orElseThrow()).contains("/v1/completions answered 404: not here");
        assertThat(probe.isHealthy()).isTrue();
        server.answer("/v1/completions", 200, TEXT);
        assertThat(probe.look()).isEmpty();
        assertThat(server.asked("/v1/completions")).isEqualTo(1 + 3);
    }

    @Test
    void anAnswerWithoutATokenIsNone() throws InterruptedException {
        server.answer("/health", 200, "{}").answer("/v1/completions", 200, "{\"choices\":[{\"text\":\"\"}]}");
        assertThat(probe.look().orElseThrow()).contains("answered without a token");
        server.answer("/v1/completions", 200, "<html>");
        assertThat(probe.look().orElseThrow()).contains("no JSON");
    }

    @Test
    void aServerWithoutCompletionsIsAskedByChatAndOneThatMakesNoTextForAnEmbedding() throws InterruptedException {
        server.answer("/health", 200, "{}")
                .answer("/v1/chat/completions", 200, "{\"usage\":{\"completion_tokens\":1}}");
        assertThat(probe.look()).isEmpty();
        assertThat(server.asked("/v1/chat/completions")).isEqualTo(3);
        assertThat(server.asked("/v1/completions")).isEqualTo(1);
    }

    @Test
    void anEmbeddingWillDo() throws InterruptedException {
        server.answer("/health", 200, "{}").answer("/v1/embeddings", 200, "{\"data\":[{\"embedding\":[0.5]}]}");
        assertThat(probe.look()).isEmpty();
    }

    @Test
    void saysThatAServerListensAtTheLoopbackAddressAlone() throws InterruptedException {
        // 127.0.0.2 is this machine too, and nothing listens there.
        try (ReadinessProbe elsewhere = new ReadinessProbe("127.0.0.2", server.port(), "/health", 1)) {
            assertThat(elsewhere.look().orElseThrow()).contains("listens at 127.0.0.1 alone", "--host {host}");
        }
        server.close();
        assertThat(probe.look().orElseThrow()).contains("nothing listens");
    }
}
