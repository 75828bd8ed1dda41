package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FaultyDispatcher;
import aifactory.service.testing.SlowSockets;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A storage, a dispatcher or a sender that hangs: the service stays bounded, answers whom it can, and says what is
 * wrong.
 */
final class OverloadTest {
    private static final int BODIES_BYTES = 64 << 10;

    @TempDir
    Path directory = Path.of("");

    private final FaultyDispatcher dispatcher = new FaultyDispatcher();
    private final List<Socket> sockets = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private TestService service;

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
                        BODIES_BYTES,
                        usual.maximumQueuedWrites(),
                        usual.maximumFollowers(),
                        usual.maximumConnections(),
                        Duration.ofMinutes(10),
                        Duration.ofHours(1))));
        service.kill();
        service.seeDispatcherThrough(dispatcher::of);
        service.restart();
    }

    @AfterEach
    void end() throws IOException {
        dispatcher.mend();
        for (Socket socket : sockets) {
            socket.close();
        }
        service.close();
    }

    private double metric(String name) {
        String text = service.api().get("/metrics").expect(200).text();
        Matcher found = Pattern.compile("(?m)^" + name + "(?:_total)? (\\S+)$").matcher(text);
        assertThat(found.find()).as("%s in %s", name, text).isTrue();
        return Double.parseDouble(found.group(1));
    }

    /** Nothing is written for as long as the connection is open. */
    private Connection hangingStorage() throws SQLException {
        Connection connection = DriverManager.getConnection(
                "jdbc:sqlite:" + service.configuration().dataDirectory().resolve("service.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 60000");
            statement.execute("BEGIN IMMEDIATE");
        }
        return connection;
    }

    @Test
    void refusalsAreAnsweredWhileTheStorageHangsAndAreCountedInsteadOfWritten() throws Exception {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        String secret = service.secretOf(1);
        try (Connection _ = hangingStorage()) {
            // Something to write, which hangs.
            service.api().as("wrong").get(TestService.group(1)).expect(401);
            Eventually.await(
                    "the storage is known to hang",
                    () -> {
                        service.clock().advance(Duration.ofSeconds(3));
                        return metric("aifactory_database_transaction_seconds") > 2
                                || metric("aifactory_database_trouble") > 0;
                    },
                    hangs -> hangs);
            double before = metric("aifactory_audit_lines_dropped");
            for (int refusal = 0; refusal < 250; refusal++) {
                service.api().as("wrong").get(TestService.group(1)).expect(401);
                service.api()
                        .as(service.readOnlyToken())
                        .delete(TestService.group(1))
                        .expect(403);
                service.api()
                        .as(secret)
                        .post(TestService.group(1) + "/run", "{")
                        .expect(422);
                service.api().delete(TestService.group(9)).expect(404);
            }
            assertThat(metric("aifactory_audit_lines_dropped") - before).isEqualTo(1_000);
            service.api().get(TestService.group(1)).expect(200);
        }
        service.clock().advance(Duration.ofMinutes(5));
        Eventually.await(
                "the database is well again", () -> service.api().get("/ready").status(), status -> status == 200);
        Eventually.await(
                "a line with how many were left out",
                () -> {
                    service.api().as("wrong").get(TestService.group(1)).expect(401);
                    return service.api().get("/api/v1/journal?event=refused").text();
                },
                line -> line.contains("earlier refusals were not recorded"));
    }

    @Test
    void healthSaysThatTheWriterIsStuck() throws Exception {
        try (Connection _ = hangingStorage()) {
            service.api().as("wrong").get(TestService.group(1)).expect(401);
            Answer unhealthy = Eventually.await(
                    "unhealthy",
                    () -> {
                        service.clock().advance(Duration.ofSeconds(200));
                        return service.api().as(null).get("/health");
                    },
                    answer -> answer.status() == 503 && answer.text().contains("state-writer"));
            assertThat(unhealthy.detail()).contains("in the same transaction for", "start the service again");
        }
        Eventually.await("healthy", () -> service.api().get("/health").status(), status -> status == 200);
    }

    @Test
    void healthSaysThatTheSupervisorIsStuck() {
        CountDownLatch gate = new CountDownLatch(1);
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.api().get("/health").expect(200);
        dispatcher.at("states", () -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        });
        try {
            Eventually.await("it is asked", dispatcher::calls, calls -> calls > 0);
            service.clock().advance(Duration.ofMinutes(6));
            assertThat(service.api().as(null).get("/health").expect(503).detail())
                    .contains("group-supervisor has been in the same iteration for 36");
        } finally {
            dispatcher.mend();
            gate.countDown();
        }
        Eventually.await("healthy", () -> service.api().get("/health").status(), status -> status == 200);
    }

    @Test
    void healthSaysThatTheSupervisorHasEnded() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        dispatcher.at("states", () -> new StackOverflowError("thrown by the test"));
        Answer unhealthy = Eventually.await(
                "unhealthy", () -> service.api().as(null).get("/health"), answer -> answer.status() == 503);
        assertThat(unhealthy.detail()).contains("the thread group-supervisor has ended");
        assertThat(unhealthy.json().path("status").asString("")).isEqualTo("unhealthy");
    }

    private Socket sendsSlowly(long benchmarkId, String secret, int bytes) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.address().getPort());
        socket.setSoTimeout(60_000);
        sockets.add(socket);
        socket.getOutputStream()
                .write(("POST " + TestService.group(benchmarkId)
                                + "/clients/0/batches HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                                + secret + "\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
                                + "x".repeat(bytes))
                        .getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        return String.valueOf(new java.io.BufferedReader(
                        new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                .readLine());
    }

    /** Whether it is the first request of a connection or not. The system's timeout for silence is far longer here. */
    @ParameterizedTest
    @ValueSource(strings = {"", "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"})
    void aHeaderThatDoesNotEndIsGivenUp(String before) throws Exception {
        service.api().get("/health").expect(200);
        try (Socket slow =
                new Socket(InetAddress.getLoopbackAddress(), service.address().getPort())) {
            slow.getOutputStream()
                    .write((before + "GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: 1")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(SlowSockets.awaitClosedWhileSending(service, slow)).doesNotContain(" 431 ");
        }
        service.api().get("/health").expect(200);
    }

    @Test
    void bodiesUnderWayAreBoundedOfEachGroupAndOfAll() throws Exception {
        service.readyGroup(1, 1);
        service.readyGroup(2, 1);
        Socket slow = sendsSlowly(1, service.secretOf(1), 30_000);
        Eventually.await("it is held", () -> metric("aifactory_http_bodies_bytes"), held -> held == 30_000);

        assertThat(firstLine(sendsSlowly(1, service.secretOf(1), 10_000)))
                .as("of the same group")
                .contains("503");
        assertThat(service.api()
                        .as(service.secretOf(1))
                        .post("/api/v1/client-group/01/clients/0/batches", "x".repeat(10_000))
                        .expect(503)
                        .detail())
                .as("however the group is written")
                .contains("of group 1 amount to " + BODIES_BYTES / 2 + " bytes", "retry later");

        Socket other = sendsSlowly(2, service.secretOf(2), 30_000);
        Eventually.await("both are held", () -> metric("aifactory_http_bodies_bytes"), held -> held == 60_000);
        assertThat(service.api()
                        .post("/api/v1/cleanup", "x".repeat(10_000))
                        .expect(503)
                        .detail())
                .contains("of all active requests amount to " + BODIES_BYTES + " bytes");
        service.api().get(TestService.group(1)).expect(200);

        slow.close();
        other.close();
        Eventually.await("nothing is held", () -> metric("aifactory_http_bodies_bytes"), held -> held == 0);
        service.api().post("/api/v1/cleanup", "x".repeat(10_000)).expect(422);
        assertThat(metric("aifactory_http_bodies_bytes")).isZero();
    }
}
