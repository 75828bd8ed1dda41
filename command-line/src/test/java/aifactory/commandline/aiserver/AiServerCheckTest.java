package aifactory.commandline.aiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.LoadRequest;
import aifactory.commandline.session.Interruption;
import aifactory.protocol.WorkloadRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AiServerCheckTest {
    private static final String TWO_MODELS = "{\"data\": [{\"id\": \"llama-3\"}, {\"id\": \"qwen-2\"}]}";

    private final AiServerCheck check =
            new AiServerCheck(new Interruption(), LoadRequest.secureContext(WorkloadRequest.empty()));
    private @Nullable HttpServer server;

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void takesTheFirstModelWhenNoneIsAskedFor() throws IOException {
        assertThat(check.check(answering(200, TWO_MODELS), null, Map.of())).isEqualTo("llama-3");
    }

    @Test
    void acceptsAModelThatIsThere() throws IOException {
        assertThat(check.check(answering(200, TWO_MODELS), "qwen-2", Map.of())).isEqualTo("qwen-2");
    }

    @Test
    void sendsTheHeaders() throws IOException {
        URI address = answeringOnlyTo("Bearer key");
        assertRefused(address, null, ExitCode.WRONG_INPUT, "--api-key-file");
        assertThat(check.check(address, null, Map.of("Authorization", "Bearer key")))
                .isEqualTo("llama-3");
    }

    @Test
    void suggestsTheModelThatWasMeant() throws IOException {
        assertRefused(answering(200, TWO_MODELS), "lama-3", ExitCode.WRONG_INPUT, "did you mean 'llama-3'?");
        assertRefused(answering(200, TWO_MODELS), "phi", ExitCode.WRONG_INPUT, "it has llama-3, qwen-2");
    }

    @Test
    void refusesWhatIsNotOpenAi() throws IOException {
        assertRefused(answering(404, "no such page"), null, ExitCode.WRONG_INPUT, "answered 404");
        assertRefused(answering(200, "<html>hello</html>"), null, ExitCode.WRONG_INPUT, "did not answer JSON");
        assertRefused(answering(200, "{\"models\": []}"), null, ExitCode.WRONG_INPUT, "no list 'data'");
    }

    @Test
    void tellsThatAServerIsNotReady() throws IOException {
        assertRefused(answering(503, "{\"error\": \"Loading model\"}"), null, ExitCode.UNAVAILABLE, "answered 503");
        assertRefused(answering(200, "{\"data\": []}"), null, ExitCode.UNAVAILABLE, "lists no model");
    }

    @Test
    void tellsThatNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertRefused(URI.create("http://127.0.0.1:" + port), null, ExitCode.UNAVAILABLE, "connection refused");
    }

    @Test
    void tellsThatANameDoesNotResolve() {
        assertRefused(URI.create("http://no-such-host.invalid:8000"), null, ExitCode.UNAVAILABLE, "does not resolve");
    }

    @Test
    void tellsThatItIsNotHttp() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread greeter = Thread.ofVirtual().start(() -> greet(socket));
            assertRefused(
                    URI.create("http://127.0.0.1:" + socket.getLocalPort()),
                    null,
                    ExitCode.WRONG_INPUT,
                    "does not speak HTTP");
            greeter.interrupt();
        }
    }

    private static void greet(ServerSocket socket) {
        try (Socket connection = socket.accept()) {
            connection.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.getOutputStream().flush();
            connection.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The other side has seen enough.
        }
    }

    private void assertRefused(URI address, @Nullable String model, ExitCode exitCode, String expected) {
        assertThatThrownBy(() -> check.check(address, model, Map.of()))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(exitCode))
                .hasMessageContaining(expected)
                .hasMessageContaining(address.toString());
    }

    private URI answering(int status, String body) throws IOException {
        return start(null, status, body);
    }

    private URI answeringOnlyTo(String authorization) throws IOException {
        return start(authorization, 200, TWO_MODELS);
    }

    private URI start(@Nullable String authorization, int status, String body) throws IOException {
        stopServer();
        HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        started.createContext("/", exchange -> {
            String given = exchange.getRequestHeaders().getFirst("Authorization");
            boolean isAllowed = authorization == null || authorization.equals(given);
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isAllowed ? status : 401, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        started.start();
        server = started;
        return URI.create("http://127.0.0.1:" + started.getAddress().getPort());
    }
}
