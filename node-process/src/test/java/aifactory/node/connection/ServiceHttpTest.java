package aifactory.node.connection;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.node.environment.GroupSecret;
import aifactory.node.testing.DeadAddress;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceHttpTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private final ServiceHttp http = new ServiceHttp(System::nanoTime, null, Duration.ofSeconds(5));
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(executor);
        server.start();
    }

    @AfterEach
    void close() {
        release.countDown();
        server.stop(0);
        executor.shutdownNow();
        http.close();
    }

    @Test
    void stampsBothEndsOfAnExchange() throws Exception {
        server.createContext("/", exchange -> send(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8)));
        long before = System.nanoTime();

        ServiceAnswer.Answered answered = (ServiceAnswer.Answered) get(PATIENCE);

        assertThat(answered.sentNanos()).isBetween(before, answered.receivedNanos());
        assertThat(answered.receivedNanos()).isLessThanOrEqualTo(System.nanoTime());
        assertThat(answered.retryAfter()).isNull();
    }

    @Test
    void doesNotReadAnEndlessAnswer() throws Exception {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream output = exchange.getResponseBody()) {
                byte[] block = new byte[64 << 10];
                while (release.getCount() > 0) {
                    output.write(block);
                }
            }
        });

        assertThat(get(PATIENCE)).isInstanceOf(ServiceAnswer.Unreachable.class);
    }

    @Test
    void doesNotFollowARedirect() throws Exception {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/elsewhere");
            send(exchange, 307, new byte[0]);
        });

        assertThat(get(PATIENCE))
                .isInstanceOfSatisfying(
                        ServiceAnswer.Answered.class,
                        answered -> assertThat(answered.status()).isEqualTo(307));
    }

    @Test
    void givesUpAnAnswerThatStopsInTheMiddle() throws Exception {
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            awaitRelease();
        });

        assertThat(get(Duration.ofMillis(200)))
                .isInstanceOfSatisfying(
                        ServiceAnswer.Unreachable.class,
                        unreachable -> assertThat(unreachable.reason()).contains("did not respond within"));
    }

    @Test
    void aCancelledExchangeIsGivenUp() throws Exception {
        CountDownLatch givenUp = new CountDownLatch(1);
        server.createContext("/", exchange -> {
            awaitRelease();
            try (exchange) {
                exchange.sendResponseHeaders(200, 0);
                // Ends when the client has closed the connection, and not before.
                while (true) {
                    exchange.getResponseBody().write(new byte[1 << 16]);
                }
            } catch (IOException e) {
                givenUp.countDown();
            }
        });
        CompletableFuture<ServiceAnswer> answer = http.send(ServiceRequest.get(address()), PATIENCE);
        assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(answer.cancel(true)).isTrue();
        release.countDown();
        assertThat(givenUp.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void saysWhatIsWrongInWords() throws Exception {
        URI dead = DeadAddress.find();
        assertThat(http.send(ServiceRequest.get(dead), PATIENCE).get())
                .isEqualTo(new ServiceAnswer.Unreachable(dead + " refused the connection"));
        assertThat(http.send(ServiceRequest.get(URI.create("http://no-such-name.invalid:8001")), PATIENCE)
                        .get())
                .isEqualTo(
                        new ServiceAnswer.Unreachable("the name 'no-such-name.invalid' does not resolve on this node"));
    }

    @Test
    void sendsNothingWithoutTlsWhereTheCertificateIsPinned() throws Exception {
        server.createContext("/", exchange -> {
            arrived.countDown();
            send(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
        });
        Path file = Files.createFile(
                directory.resolve("secret"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "s3cr3t\ncertificate-sha256 " + "a".repeat(64) + "\n");
        try (ServiceHttp pinned = new ServiceHttp(System::nanoTime, GroupSecret.read(file), Duration.ofSeconds(5))) {
            assertThat(pinned.send(ServiceRequest.get(address()), PATIENCE).get())
                    .isInstanceOfSatisfying(
                            ServiceAnswer.Unreachable.class,
                            refused -> assertThat(refused.reason()).contains("not https", "nothing was sent"));
        }
        assertThat(arrived.getCount()).as("requests that have not come").isEqualTo(1);
    }

    private ServiceAnswer get(Duration timeout) throws InterruptedException, ExecutionException {
        return http.send(ServiceRequest.get(address()), timeout).get();
    }

    private URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private void awaitRelease() {
        arrived.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
