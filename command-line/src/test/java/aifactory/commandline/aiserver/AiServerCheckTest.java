package aifactory.commandline.aiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.access.AiServerProbe;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.LoadRequest;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.measurement.MonotonicClock;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

final class AiServerCheckTest {
    private static final String TWO_MODELS = "{\"data\": [{\"id\": \"llama-3\"}, {\"id\": \"qwen-2\"}]}";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private @Nullable HttpServer server;

    @AfterEach
    void stopServer() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void acceptsAServerThatHasTheModelOrAny() throws IOException {
        check(answering(200, TWO_MODELS), null, Map.of());
        check(answering(200, TWO_MODELS), "qwen-2", Map.of());
    }

    @Test
    void aServerWithoutAListOfModelsIsAcceptedWhenTheModelIsNamed() throws IOException {
        for (int status : new int[] {404, 405, 501}) {
            assertRefused(
                    answering(status, "{}"),
                    null,
                    status == 501 ? ExitCode.UNAVAILABLE : ExitCode.WRONG_INPUT,
                    "models");
            check(answering(status, "{}"), "any", Map.of());
        }
        check(answering(200, "{\"data\": []}"), "any", Map.of());
    }

    @Test
    void aLoginPageIsRefusedThoughTheModelIsNamed() throws IOException {
        assertRefused(
                answering(200, "<html><head><title>Sign in</title></head></html>"),
                "any",
                ExitCode.WRONG_INPUT,
                "Sign in");
    }

    @Test
    void aServerBelowAPathIsAskedThere() throws IOException {
        URI address = URI.create(answering(200, TWO_MODELS) + "/some/base");
        check(address, "qwen-2", Map.of());
    }

    @Test
    void sendsTheHeaders() throws IOException {
        URI address = answeringOnlyTo("Bearer key");
        assertRefused(address, null, ExitCode.WRONG_INPUT, "--api-key-file");
        check(address, null, Map.of("Authorization", "Bearer key"));
    }

    @Test
    void refusesLoadsThatDoNotFitTheModel() throws IOException {
        URI address = answering(200, "{\"data\": [{\"id\": \"small\", \"max_model_len\": 383}]}");
        // The default asks for 256 and 128 tokens.
        assertRefused(address, null, ExitCode.WRONG_INPUT, "256 input (isl) and 128 output tokens (osl)");
        check(answering(200, "{\"data\": [{\"id\": \"small\", \"max_model_len\": 384}]}"), null, Map.of());
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
        assertThatThrownBy(() -> check(address, model, Map.of()))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(exitCode))
                .hasMessageContaining(expected)
                .hasMessageContaining(address.toString());
    }

    private void check(URI address, @Nullable String model, Map<String, String> headers) {
        ObjectNode load = JsonFormat.mapper().createObjectNode();
        ObjectNode named = load.putObject("headers");
        headers.forEach(named::put);
        if (model != null) {
            load.put("model", model);
        }
        WorkloadRequest request = JsonFormat.mapper().treeToValue(load, WorkloadRequest.class);
        new AiServerCheck(session(), AiServerProbe.Patience.once(Duration.ofSeconds(20)))
                .check(List.of(address), List.of(LoadRequest.resolve(request, 1)));
    }

    private Session session() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Session(
                Map.of(),
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                false,
                false,
                directory,
                directory,
                directory,
                new Interruption(),
                MonotonicClock.SYSTEM,
                InstantSource.system());
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
