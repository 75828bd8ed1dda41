package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others may send to the port, byte by byte. */
final class HostileConnectionTest {
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() {
        ServiceLimits usual = ServiceLimits.defaults();
        service = TestService.start(
                directory,
                configuration -> configuration.withLimits(new ServiceLimits(
                        usual.maximumGroups(),
                        usual.maximumRequestBytes(),
                        usual.maximumBatchBytes(),
                        usual.maximumBatchJsonBytes(),
                        usual.maximumBodiesBytes(),
                        usual.maximumQueuedWrites(),
                        usual.maximumFollowers(),
                        64,
                        Duration.ofMillis(500),
                        Duration.ofHours(1))));
    }

    @AfterEach
    void end() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        service.close();
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        sockets.add(socket);
        return socket;
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return rest(socket.getInputStream());
    }

    private static String rest(InputStream stream) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (int next = stream.read(); next >= 0 && text.length() < 100_000; next = stream.read()) {
                text.append((char) next);
            }
        } catch (SocketException e) {
            // Closed without ceremony, which is an answer too.
            text.append("");
        }
        return text.toString();
    }

    @Test
    void aSilentConnectionIsClosed() throws IOException {
        assertThat(rest(connect().getInputStream())).doesNotContain("200 OK");
    }

    @Test
    void aBodyThatNeverComesIsNotWaitedForForEver() throws IOException {
        String answer = exchange(
                connect(),
                "POST /api/v1/client-group/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + service.token()
                        + "\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"num");
        assertThat(answer).doesNotStartWith("HTTP/1.1 20");
        assertThat(service.dispatcher().orders()).isEmpty();
    }

    @Test
    void aSenderOfOneByteNowAndThenIsGivenUp() throws Exception {
        Socket socket = connect();
        socket.getOutputStream()
                .write(("POST /api/v1/client-group/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + service.token()
                                + "\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        // Never silent for long enough to be idle.
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    socket.getOutputStream().write(' ');
                    service.clock().advance(Duration.ofMinutes(10));
                }
            } catch (IOException e) {
                // Closed by the other side, or by the test.
            }
        });
        try {
            assertThat(firstLine(socket)).matches("HTTP/1.1 422.*|closed");
            assertThat(service.dispatcher().orders()).isEmpty();
        } finally {
            drip.interrupt();
        }
    }

    /** What is still on its way to a connection that is closed may close it before the answer is read. */
    private static String firstLine(Socket socket) throws IOException {
        try {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
        } catch (SocketException e) {
            return "closed";
        }
    }

    @Test
    void connectionsAreBoundedAndThoseWhoWorkAreServedAgainAfterwards() throws IOException {
        for (int i = 0; i < 200; i++) {
            connect();
        }
        Eventually.await(
                "the service answers",
                () -> {
                    try {
                        return service.api().get("/health").status();
                    } catch (IllegalStateException e) {
                        return 0;
                    }
                },
                status -> status == 200);
        service.create(1, Map.of("num_clients", 1)).expect(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/docs/../../../etc/passwd",
                "/docs/%2e%2e/%2e%2e/etc/passwd",
                "/docs/..%2f..%2fetc%2fpasswd",
                "/docs/..%5c..%5cetc%5cpasswd",
                "/docs/%252e%252e%252fetc%252fpasswd",
                "/assets/..;/..;/etc/passwd",
                "/assets/%00",
                "//etc/passwd",
                "/api/v1/../../health/../api/v1/client-groups",
                "/%61pi/v1/client-groups",
                "/API/V1/client-groups",
                "/api/v1//client-groups",
                "/api/v1/client-groups;jsessionid=1",
                "/health/../api/v1/client-groups",
                "/docs/%2e%2e/api/v1/client-groups",
                "*",
                "http://elsewhere/api/v1/client-groups"
            })
    void noTrickWithThePathShowsAFileOrPassesTheToken(String path) throws IOException {
        String answer = exchange(connect(), "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .doesNotContain("root:", "\"groups\"")
                .doesNotStartWith("HTTP/1.1 2")
                .doesNotStartWith("HTTP/1.1 5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n",
                "Content-Length: 0\r\nContent-Length: 60\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "Bad Header: x\r\n\r\n",
                "X: a\rb\r\n\r\n"
            })
    void requestsThatCanBeReadInTwoWaysAreRefused(String rest) throws IOException {
        String answer = exchange(connect(), "POST /api/v1/cleanup HTTP/1.1\r\nHost: a\r\n" + rest);
        assertThat(answer).matches("(?s)(|HTTP/1.1 4\\d\\d.*)").doesNotContain("healthy", "HTTP/1.1 200");
    }

    @Test
    void headersAreBounded() throws IOException {
        String answer = exchange(
                connect(),
                "GET /health HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(100_000) + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).matches("(?s)(|HTTP/1.1 4\\d\\d.*)");
    }

    /** Otherwise the records that a service had sent before it was killed would look like all of them. */
    @Test
    void theEndOfTheRecordsIsMarkedAlsoForAClientThatAsksForTheEndOfTheConnection() throws IOException {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        clients.forEach(client -> client.measure(runId, 20));
        service.awaitRun(runId, "completed");

        for (String what : List.of("records", "export/jsonl")) {
            String answer = exchange(
                    connect(),
                    "GET /api/v1/runs/" + runId + "/" + what + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + service.token() + "\r\nConnection: close\r\n\r\n");
            assertThat(answer)
                    .as(what)
                    .startsWith("HTTP/1.1 200")
                    .contains("Transfer-Encoding: chunked")
                    .endsWith("\r\n0\r\n\r\n");
        }
    }
}
