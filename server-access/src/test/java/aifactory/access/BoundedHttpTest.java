package aifactory.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import aifactory.access.AiServerException.Kind;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests outside the load reach every address that the load reaches. */
@Timeout(60)
final class BoundedHttpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 1 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static BoundedHttp.Response get(@Nullable String proxy, String server, String path) throws Exception {
        try (BoundedHttp http = new BoundedHttp(null, PATIENCE, proxy)) {
            return http.send(BoundedHttp.Request.get(URI.create(server), path, Map.of()), PATIENCE, LARGEST);
        }
    }

    /** Answers one connection on a Unix domain socket. */
    private static Thread answerOnce(ServerSocketChannel listener, byte[] response) {
        return Thread.ofVirtual().start(() -> {
            try (SocketChannel connection = listener.accept()) {
                connection.read(ByteBuffer.allocate(64 << 10));
                connection.write(ByteBuffer.wrap(response));
            } catch (IOException e) {
                // The client has seen enough.
            }
        });
    }

    @Test
    void reachesUnixSockets() throws Exception {
        Path path = directory.resolve("server.sock");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            Thread server = answerOnce(listener, ScriptedServer.response(200, "", "hello"));
            assertThat(get(null, "unix://" + path, "/v1/models").text()).isEqualTo("hello");
            server.join();
        }
        assertThatThrownBy(() -> get(null, "unix://" + path, "/v1/models")).isInstanceOf(IOException.class);
    }

    @Test
    void sendsWholeAddressesToAProxy() throws Exception {
        try (ScriptedServer proxy = new ScriptedServer(ScriptedServer.fixed(200, "", "hello"))) {
            get(proxy.address().toString(), "http://gpu_node_17:8000/base/v1", "/v1/models");
            assertThat(proxy.heads().getFirst())
                    .startsWith("GET http://gpu_node_17:8000/base/v1/models HTTP/1.1\n")
                    .contains("host: gpu_node_17:8000\n");
        }
    }

    @Test
    void aProxyThatRefusesATunnelIsNamed() throws Exception {
        try (ScriptedServer proxy = new ScriptedServer(ScriptedServer.fixed(407, "", ""))) {
            assertThatThrownBy(() -> get(proxy.address().toString(), "https://site.example/base", "/v1/models"))
                    .isInstanceOf(ProxyRefusedException.class)
                    .hasMessageContaining(proxy.address().toString())
                    .hasMessageContaining("407 to CONNECT site.example:443");
            assertThat(proxy.heads().getFirst()).startsWith("CONNECT site.example:443 HTTP/1.1\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\ntrailer: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello",
                "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
            })
    void readsEveryFormOfAResponse(String response) throws Exception {
        try (ScriptedServer server =
                new ScriptedServer((_, out, _) -> out.write(response.getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(get(null, server.address().toString(), "/").text()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "",
            })
    void refusesOtherResponses(String response) throws Exception {
        try (ScriptedServer server =
                new ScriptedServer((_, out, _) -> out.write(response.getBytes(StandardCharsets.US_ASCII)))) {
            assertThatThrownBy(() -> get(null, server.address().toString(), "/"))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\r\nx: y", "/\u00e9", "v1/models"})
    void aPathThatWouldBreakTheRequestIsRefused(String path) {
        try (BoundedHttp http = new BoundedHttp(null, PATIENCE)) {
            BoundedHttp.Request request = BoundedHttp.Request.get(URI.create("http://127.0.0.1:9"), path, Map.of());
            assertThatThrownBy(() -> http.sendAsync(request, PATIENCE, LARGEST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot be requested");
        }
    }

    @Test
    void headersThatAreTwoAreRefusedWithoutTheirValue() {
        try (BoundedHttp http = new BoundedHttp(null, PATIENCE)) {
            BoundedHttp.Request request = BoundedHttp.Request.get(
                    URI.create("http://127.0.0.1:9"), "/", Map.of("x-key", "secret\r\nother: 1"));
            assertThatThrownBy(() -> http.sendAsync(request, PATIENCE, LARGEST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("x-key")
                    .message()
                    .doesNotContain("secret");
        }
    }

    /** By what the system says of the file, since the user of the tests may do everything. */
    @Test
    void aSocketThatMayNotBeUsedIsNamedWithItsMode() throws Exception {
        Path path = directory.resolve("private.sock");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-x---"));
            UnixSockets.check(path.toString(), _ -> true);
            UnixSockets.Problem problem = catchThrowableOfType(
                    UnixSockets.Problem.class, () -> UnixSockets.check(path.toString(), _ -> false));
            assertThat(problem).hasMessageContaining("permission denied").hasMessageContaining("rwxr-x---");
            assertThat(problem.isLasting()).isTrue();
        }
    }

    @Test
    void theProbeNamesSocketsThatAreNone() throws Exception {
        try (AiServerProbe probe =
                new AiServerProbe(TlsContexts.forClient(null), Map.of(), AiServerProbe.Patience.once(PATIENCE))) {
            AiServerException isDirectory = catchThrowableOfType(
                    AiServerException.class, () -> probe.models(URI.create("unix://" + directory)));
            assertThat(isDirectory.kind()).isEqualTo(Kind.WRONG);
            assertThat(isDirectory).hasMessageContaining("is a directory and not a socket");
            AiServerException missing = catchThrowableOfType(
                    AiServerException.class, () -> probe.models(URI.create("unix://" + directory + "/later.sock")));
            assertThat(missing.kind()).as("it may start yet").isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    void aServerWithoutModelsIsAskedForThePathOfTheLoad() throws Exception {
        for (int status : new int[] {405, 404, 422, 400}) {
            try (ScriptedServer server = new ScriptedServer(ScriptedServer.fixed(status, "", "{}"));
                    AiServerProbe probe = new AiServerProbe(
                            TlsContexts.forClient(null), Map.of(), AiServerProbe.Patience.once(PATIENCE))) {
                probe.checkPath(server.address(), "/generate");
                assertThat(server.heads().getFirst()).startsWith("GET /generate HTTP/1.1");
            }
        }
        assertThat(refusalOfPath(302, "Location: https://login.example/\r\n", ""))
                .contains("login.example");
        assertThat(refusalOfPath(200, "content-type: text/html\r\n", "<html><title>Sign in</title></html>"))
                .contains("HTML page titled 'Sign in'");
        assertThat(refusalOfPath(401, "", "")).contains("requires a key");
    }

    private static String refusalOfPath(int status, String headers, String body) throws IOException {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.fixed(status, headers, body));
                AiServerProbe probe = new AiServerProbe(
                        TlsContexts.forClient(null), Map.of(), AiServerProbe.Patience.once(PATIENCE))) {
            return String.valueOf(
                    catchThrowableOfType(AiServerException.class, () -> probe.checkPath(server.address(), "/generate"))
                            .getMessage());
        }
    }
}
