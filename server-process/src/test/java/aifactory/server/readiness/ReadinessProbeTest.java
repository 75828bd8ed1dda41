package aifactory.server.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server is ready after it has produced a real token, and not earlier. */
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

    @ParameterizedTest
    @ValueSource(strings = {"VLLM_API_KEY", "LLAMA_API_KEY", "API_KEY"})
    void theKeyOfTheServersEnvironmentIsSent(String variable) throws InterruptedException {
        server.require("sk-1").answer("/health", 200, "{}").answer("/v1/completions", 200, TEXT);
        assertThat(probe.look().orElseThrow()).contains("401");
        try (ReadinessProbe withKey =
                new ReadinessProbe("127.0.0.1", server.port(), "/health", 1, Map.of(variable, "sk-1"))) {
            assertThat(withKey.look()).isEmpty();
        }
    }

    @Test
    void anAnswerWithoutATokenIsNone() throws InterruptedException {
        server.answer("/health", 200, "{}").answer("/v1/completions", 200, "{\"choices\":[{\"text\":\"\"}]}");
        assertThat(probe.look().orElseThrow()).contains("answered without a token");
        server.answer("/v1/completions", 200, "<html>");
        assertThat(probe.look().orElseThrow()).contains("did not answer with JSON");
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

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n", "HTTP/1.1 200 OK\r\nx: "})
    void anAnswerWithoutEndIsGivenUp(String beginning) throws Exception {
        byte[] part = "x".repeat(65_536).getBytes(StandardCharsets.US_ASCII);
        assertThat(answerTo(beginning, out -> out.write(part))).contains("/health does not answer");
    }

    @Test
    void anAnswerOfAByteASecondIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        String answer = answerTo("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", out -> {
            out.write('x');
            out.flush();
            boolean _ = over.await(1, TimeUnit.SECONDS);
        });
        over.countDown();
        assertThat(answer).contains("/health does not answer", "no complete response within 5000 ms");
    }

    private interface Part {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    /** What the probe says of a server that sends the beginning and then the part, again and again. */
    private static String answerTo(String beginning, Part part) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                ReadinessProbe hostile = new ReadinessProbe("127.0.0.1", socket.getLocalPort(), "/health", 1)) {
            Thread.ofVirtual().start(() -> {
                try (Socket connection = socket.accept()) {
                    OutputStream out = connection.getOutputStream();
                    out.write(beginning.getBytes(StandardCharsets.US_ASCII));
                    while (true) {
                        part.write(out);
                    }
                } catch (IOException | InterruptedException e) {
                    // The probe has seen enough.
                }
            });
            return hostile.look().orElseThrow();
        }
    }

    @Test
    void saysThatAServerListensAtTheLoopbackAddressAlone() throws InterruptedException {
        // 127.0.0.2 is this machine too, and nothing listens there.
        try (ReadinessProbe elsewhere = new ReadinessProbe("127.0.0.2", server.port(), "/health", 1)) {
            assertThat(elsewhere.look().orElseThrow()).contains("listens only at 127.0.0.1", "--host {host}");
        }
        server.close();
        assertThat(probe.look().orElseThrow()).contains("nothing listens");
    }
}
