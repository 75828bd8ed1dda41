package aifactory.service.observation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.WorkloadRequest;
import aifactory.servermetrics.EngineTable;
import aifactory.workload.WorkloadSpecification;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * AI servers are asked for their metrics as the run asks them, and none of them costs more than a bounded time and
 * size.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ServerQuestionsTest {
    private static final String METRICS = "vllm:num_requests_running 3\n";
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private final AtomicLong now = new AtomicLong(100 * SECOND);

    /** The response of a server to any request. */
    @FunctionalInterface
    private interface Script {
        void answer(String request, OutputStream out) throws IOException;
    }

    /** Answers each connection once. */
    private static final class MetricsServer implements AutoCloseable {
        private final ServerSocket listener;
        private final String scheme;
        private final List<String> requests = new CopyOnWriteArrayList<>();

        MetricsServer(ServerSocketFactory sockets, String scheme, Script script) throws IOException {
            listener = sockets.createServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"));
            this.scheme = scheme;
            Thread.ofVirtual().start(() -> accept(script));
        }

        private void accept(Script script) {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    Thread.ofVirtual().start(() -> serve(socket, script));
                } catch (IOException e) {
                    // Closed.
                }
            }
        }

        private void serve(Socket socket, Script script) {
            try (socket) {
                StringBuilder head = new StringBuilder();
                while (head.indexOf("\r\n\r\n") < 0) {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return;
                    }
                    head.append((char) next);
                }
                requests.add(head.toString());
                script.answer(head.toString(), socket.getOutputStream());
            } catch (IOException e) {
                // The client has had enough.
            }
        }

        String address() {
            return scheme + "://127.0.0.1:" + listener.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private static MetricsServer plain(Script script) throws IOException {
        return new MetricsServer(ServerSocketFactory.getDefault(), "http", script);
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static String response(int status, String body) {
        return "HTTP/1.1 " + status + " Status\r\nconnection: close\r\ncontent-length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private ServerQuestions ask(String target, @Nullable WorkloadSpecification specification) {
        return new ServerQuestions(List.of(target), specification, 100 * SECOND, now::get, EngineTable.builtIn());
    }

    private static WorkloadSpecification workload(String members) throws Exception {
        return JsonFormat.mapper()
                .readValue("{\"concurrency\": 1, \"request_count\": 1" + members + "}", WorkloadRequest.class)
                .toSpecification(1, null);
    }

    private static RunResult.ServerMetrics told(ServerQuestions questions) {
        return questions.told().getFirst();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static RunResult.ServerMetrics answered(ServerQuestions questions) {
        await(() ->
                told(questions).problem() != null || !told(questions).samples().isEmpty());
        return told(questions);
    }

    private String keyFile(String key) throws IOException {
        return Files.writeString(directory.resolve("key"), key + "\n").toString();
    }

    private static Script onlyWith(String key) {
        return (request, out) -> send(
                out,
                request.contains("authorization: Bearer " + key) || request.contains("Authorization: Bearer " + key)
                        ? response(200, METRICS)
                        : response(401, "who are you?"));
    }

    @Test
    void theKeyOfTheRunIsSent() throws Exception {
        try (MetricsServer server = plain(onlyWith("sesame"));
                ServerQuestions questions =
                        ask(server.address(), workload(", \"api_key_file\": \"" + keyFile("sesame") + "\""))) {
            questions.askDue();

            assertThat(answered(questions).problem()).isNull();
            assertThat(told(questions).samples().getFirst().running()).isEqualTo(3);
        }
    }

    @Test
    void aWrongKeyIsNamedWithoutShowingIt() throws Exception {
        try (MetricsServer server = plain(onlyWith("sesame"));
                ServerQuestions questions =
                        ask(server.address(), workload(", \"api_key_file\": \"" + keyFile("pumpkin") + "\""))) {
            questions.askDue();

            assertThat(answered(questions).problem())
                    .contains("status 401", "the run's key was sent")
                    .doesNotContain("pumpkin");
        }
    }

    @Test
    void aKeyThatCannotBeReadHereIsNoFaultOfAServerThatNeedsNone() throws Exception {
        WorkloadSpecification elsewhere = workload(", \"api_key_file\": \"" + directory.resolve("nowhere") + "\"");
        try (MetricsServer open = plain((_, out) -> send(out, response(200, METRICS)));
                MetricsServer closed = plain(onlyWith("sesame"));
                ServerQuestions ofOpen = ask(open.address(), elsewhere);
                ServerQuestions ofClosed = ask(closed.address(), elsewhere)) {
            ofOpen.askDue();
            ofClosed.askDue();

            assertThat(answered(ofOpen).problem()).isNull();
            assertThat(answered(ofClosed).problem()).contains("status 401", "nowhere", "cannot be read");
        }
    }

    @Test
    void theAuthorityOfTheRunIsTrusted() throws Exception {
        X509Bundle bundle = new CertificateBuilder()
                .subject("CN=node17.site")
                .addSanIpAddress("127.0.0.1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Path authority = Files.writeString(directory.resolve("ca.pem"), bundle.getCertificatePathPEM());
        KeyStore store = bundle.toKeyStore(new char[0]);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        try (MetricsServer server = new MetricsServer(
                        context.getServerSocketFactory(), "https", (_, out) -> send(out, response(200, METRICS)));
                ServerQuestions trusting =
                        ask(server.address(), workload(", \"tls\": {\"ca_file\": \"" + authority + "\"}"));
                ServerQuestions other = ask(server.address(), workload(""))) {
            trusting.askDue();
            other.askDue();

            assertThat(answered(trusting).problem()).isNull();
            assertThat(answered(other).problem()).contains("did not answer");
        }
    }

    @Test
    void aServerWithoutMetricsIsAskedLessAndLessOften() throws Exception {
        try (MetricsServer server = plain((_, out) -> send(out, response(404, "")));
                ServerQuestions questions = ask(server.address(), workload(""))) {
            askForTenMinutes(server, questions);

            assertThat(told(questions).problem()).contains("status 404");
            // Once per minute; once per second would be 600.
            assertThat(server.requests).hasSizeBetween(10, 11);
        }
    }

    private void askForTenMinutes(MetricsServer server, ServerQuestions questions) {
        for (int second = 0; second < 600; second++) {
            int before = server.requests.size();
            boolean due = questions.askDue();
            await(() -> !questions.isAsking());
            assertThat(server.requests.size() - before).isEqualTo(due ? 1 : 0);
            now.addAndGet(SECOND);
        }
    }

    @Test
    void aServerThatBecomesReadyIsAskedEverySecondFromThenOn() throws Exception {
        try (MetricsServer server = plain((_, out) ->
                        send(out, now.get() < 160 * SECOND ? response(503, "loading") : response(200, METRICS)));
                ServerQuestions questions = ask(server.address(), workload(""))) {
            askForTenMinutes(server, questions);

            assertThat(told(questions).samples()).hasSizeBetween(530, 540);
        }
    }

    static Stream<Arguments> hostileServers() {
        String chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        return Stream.of(
                Arguments.of("silent", (Script) (_, _) -> LockSupport.parkNanos(30 * SECOND), "within 2 s"),
                Arguments.of(
                        "a head that never ends",
                        (Script) (_, out) -> forever(out, "HTTP/1.1 200 OK\r\n", "x: y\r\n", 0),
                        ""),
                Arguments.of("a trickle", (Script) (_, out) -> forever(out, chunked, "1\r\n#\r\n", 20), "within 2 s"),
                Arguments.of(
                        "a trickle of metrics",
                        (Script) (_, out) -> forever(out, chunked, "1c\r\n" + METRICS + "\r\n", 20),
                        "within 2 s"),
                Arguments.of(
                        "a body that never ends",
                        (Script) (_, out) -> forever(out, chunked, "400\r\n" + "#".repeat(1024) + "\r\n", 0),
                        ""),
                Arguments.of(
                        "a length too large",
                        (Script) (_, out) -> forever(
                                out, "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", "#".repeat(4096), 0),
                        ""),
                Arguments.of("no HTTP", (Script) (_, out) -> send(out, "hello\r\n\r\n"), ""),
                Arguments.of(
                        "a redirect to itself",
                        (Script) (_, out) ->
                                send(out, "HTTP/1.1 302 Found\r\nlocation: /metrics\r\ncontent-length: 0\r\n\r\n"),
                        "status 302"),
                Arguments.of(
                        "a page",
                        (Script) (_, out) -> send(out, response(200, "<html></html>")),
                        "no metric of a known engine"),
                Arguments.of(
                        "invalid numbers",
                        (Script) (_, out) -> send(
                                out, response(200, "vllm:num_requests_running 1e999\nvllm:num_requests_waiting NaN\n")),
                        "no metric of a known engine"),
                Arguments.of("it closes", (Script) (_, _) -> {}, ""));
    }

    private static void forever(OutputStream out, String start, String part, int pauseMillis) throws IOException {
        send(out, start);
        while (true) {
            send(out, part);
            LockSupport.parkNanos(pauseMillis * 1_000_000L);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileServers")
    void aHostileServerCostsABoundedTimeAndIsNamed(String name, Object script, String words) throws Exception {
        try (MetricsServer server = plain((Script) script);
                ServerQuestions questions = ask(server.address(), workload(""))) {
            questions.askDue();

            assertThat(answered(questions).problem())
                    .as(name)
                    .startsWith("/metrics ")
                    .contains(words);
            assertThat(told(questions).samples()).isEmpty();
        }
    }

    @Test
    void anAddressThatIsNoneIsNotAskedAgain() throws Exception {
        try (ServerQuestions questions = ask("http://a b", workload(""))) {
            assertThat(questions.askDue()).isTrue();
            now.addAndGet(100 * SECOND);
            assertThat(questions.askDue()).isFalse();
            assertThat(told(questions).problem()).contains("address");
        }
    }
}
