package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.JsonFormat;
import aifactory.service.observers.NetworkAllowList;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What operators have: the audit log, observers, figures, policies. */
final class OperationTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
    }

    @AfterEach
    void end() {
        service.close();
    }

    private JsonNode journal(String query) {
        return service.api().get("/api/v1/journal" + query).expect(200).json().path("entries");
    }

    private JsonNode awaitLine(String query) {
        return Eventually.await("a line of the journal " + query, () -> journal(query), lines -> lines.size() > 0)
                .get(0);
    }

    @Test
    void everyCriticalOperationIsWrittenDownWithWhoWhenAndWhere() {
        Instant before = service.clock().instant();
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        service.api().post(TestService.group(1) + "/stop", "").expect(200);
        clients.getFirst().deliver(Measurements.last(runId, 0, 1, true)).expect(200);
        service.awaitRun(runId, "stopped");
        service.api().delete(TestService.group(1)).expect(200);

        JsonNode created = awaitLine("?benchmark_id=1&event=submitting");
        assertThat(created.path("actor").asString("")).isEqualTo("service-token");
        assertThat(created.path("origin").asString("")).isEqualTo("127.0.0.1");
        assertThat(created.path("cause").asString("")).contains("\"num_clients\":1");
        assertThat(Instant.ofEpochMilli(created.path("at_millis").asLong(0)))
                .isBetween(before.minusSeconds(1), service.clock().instant().plusSeconds(1));
        assertThat(awaitLine("?benchmark_id=1&event=registered").path("actor").asString(""))
                .isEqualTo("group-secret");
        assertThat(awaitLine("?run_id=" + runId + "&event=draining")
                        .path("actor")
                        .asString(""))
                .isEqualTo("service-token");
        assertThat(awaitLine("?benchmark_id=1&event=deleted").path("subject").asString(""))
                .isEqualTo("group");
    }

    @Test
    void refusalsAreWrittenDownToo() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.api().as("wrong").delete(TestService.group(1)).expect(401);
        JsonNode line = awaitLine("?event=refused");
        assertThat(line.path("actor").asString("")).isEqualTo("nobody");
        assertThat(line.path("cause").asString(""))
                .startsWith("401 DELETE /api/v1/client-group/1: ")
                .doesNotContain("wrong");
        service.create(1, Map.of("num_clients", 1)).expect(409);
        Eventually.await("both refusals", () -> journal("?event=refused&benchmark_id=1"), lines -> lines.size() == 2);
    }

    @Test
    void whoKnocksWithoutEndDoesNotFillTheJournal() {
        for (int knock = 0; knock < 800; knock++) {
            service.api().as("wrong").get(TestService.group(1)).expect(401);
        }
        service.clock().advance(Duration.ofSeconds(10));
        service.api().as("wrong").get(TestService.group(1)).expect(401);
        JsonNode lines = Eventually.await(
                "the line with the number of omitted lines",
                () -> journal("?event=refused&limit=10000"),
                seen -> seen.get(0).path("cause").asString("").contains("were not recorded"));
        assertThat(lines.size()).isLessThan(800);
    }

    @Test
    void theJournalIsReadInPagesAndByTime() {
        for (int id = 1; id <= 4; id++) {
            service.create(id, Map.of("num_clients", 1)).expect(201);
        }
        JsonNode first = journal("?event=submitting&limit=3");
        assertThat(first.size()).isEqualTo(3);
        long last = first.get(2).path("entry").asLong(0);
        JsonNode rest = journal("?event=submitting&limit=3&before=" + last);
        assertThat(rest.size()).isEqualTo(1);
        assertThat(rest.get(0).path("benchmark_id").asLong(0)).isEqualTo(1);
        assertThat(journal("?since=2100-01-01T00:00:00Z")).isEmpty();
        assertThat(journal("?until=2000-01-01T00:00:00Z")).isEmpty();
        service.api().get("/api/v1/journal?since=yesterday").expect(422);
        service.api().get("/api/v1/journal?limit=0").expect(422);
    }

    @Test
    void theJournalCanOnlyGrow() throws Exception {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/service.db"));
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("UPDATE journal SET actor = 'another user'"))
                    .hasMessageContaining("append only");
            assertThatThrownBy(() -> statement.executeUpdate("DELETE FROM journal"))
                    .hasMessageContaining("append only");
        }
    }

    @Test
    void observersAreReallyTold() throws Exception {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        BlockingQueue<byte[]> updates = new LinkedBlockingQueue<>();
        HttpServer observer = observer(200, updates);
        try {
            int port = observer.getAddress().getPort();
            Answer registered = service.api()
                    .as(service.secretOf(1))
                    .post(
                            TestService.group(1) + "/observer",
                            Map.of(
                                    "ip_address",
                                    "127.0.0.1",
                                    "port",
                                    Integer.toString(port),
                                    "update_preferences",
                                    Map.of("frequency", "1s", "format", "json")))
                    .expect(201);
            assertThat(registered.json().path("observer").asString("")).isEqualTo("127.0.0.1:" + port);
            assertThat(update(updates).at("/info/status").asString("")).isIn("pending", "starting");
            service.killAndRestart();
            service.connect(1, 0);
            JsonNode seen = update(updates);
            while (!seen.at("/info/status").asString("").equals("ready")) {
                seen = update(updates);
            }
            assertThat(seen.path("benchmark_id").asLong(0)).isEqualTo(1);
        } finally {
            observer.stop(0);
        }
    }

    @Test
    void observersThatTakeNothingAreForgotten() throws Exception {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        BlockingQueue<byte[]> updates = new LinkedBlockingQueue<>();
        HttpServer observer = observer(302, updates);
        try {
            service.api()
                    .post(
                            "/api/v1/observer",
                            Map.of(
                                    "ip_address",
                                    "127.0.0.1",
                                    "port",
                                    observer.getAddress().getPort()))
                    .expect(201);
            for (int update = 0; update < 20; update++) {
                assertThat(update(updates).path("groups").size()).isEqualTo(1);
                service.clock().advance(Duration.ofSeconds(10));
            }
            assertThat(awaitLine("?event=observer%20forgotten").path("cause").asString(""))
                    .contains("accepted none of 20 updates");
        } finally {
            observer.stop(0);
        }
    }

    private static HttpServer observer(int status, BlockingQueue<byte[]> updates) throws IOException {
        HttpServer observer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        observer.createContext("/", exchange -> {
            updates.add(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        observer.start();
        return observer;
    }

    private static JsonNode update(BlockingQueue<byte[]> updates) throws InterruptedException {
        byte[] update = updates.poll(60, TimeUnit.SECONDS);
        assertThat(update).isNotNull();
        return JsonFormat.mapper().readTree(update);
    }

    @Test
    void nothingIsSentOutsideTheAllowedNetworks() throws Exception {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("ip_address", "8.8.8.8", "port", 80),
                Map.of("ip_address", "169.254.169.254", "port", 80),
                Map.of("ip_address", "localhost", "port", 80),
                Map.of("ip_address", "127.0.0.1", "port", 0),
                Map.of("ip_address", "127.0.0.1", "port", "80/x"),
                Map.of("ip_address", "127.0.0.1", "port", 99999),
                Map.of("port", 80),
                Map.of("ip_address", "127.0.0.1"),
                Map.of("ip_address", "127.0.0.1", "port", 80, "update_preferences", Map.of("frequency", "1ms")),
                Map.of("ip_address", "127.0.0.1", "port", 80, "update_preferences", Map.of("format", "xml")))) {
            service.api().post(TestService.group(1) + "/observer", wrong).expect(422);
        }
        service.api().post(TestService.group(9) + "/observer", Map.of()).expect(404);
        NetworkAllowList list = NetworkAllowList.of(List.of("10.1.0.0/17", "fd00::/8"));
        assertThat(list.contains(InetAddress.ofLiteral("10.1.127.255"))).isTrue();
        assertThat(list.contains(InetAddress.ofLiteral("10.1.128.0"))).isFalse();
        assertThat(list.contains(InetAddress.ofLiteral("fdff::1"))).isTrue();
        assertThat(list.contains(InetAddress.ofLiteral("fe80::1"))).isFalse();
        assertThatThrownBy(() -> NetworkAllowList.of(List.of("10.0.0.0"))).hasMessageContaining("ADDRESS/BITS");
    }

    @Test
    void prometheusGetsFiguresAndTargets() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        clients.get(0).deliver(Measurements.batch(runId, 0, 0, 6)).expect(200);
        String figures = service.api().get("/metrics").expect(200).text();
        assertThat(figures)
                .contains("aifactory_groups{state=\"running\"} 1.0")
                .contains("aifactory_clients{state=\"running\"} 2.0")
                .contains("client_requests_success{benchmark_id=\"1\"} 6.0")
                .contains("client_group_status_info{benchmark_id=\"1\",status=\"running\"} 1")
                .contains("client_latency_seconds{benchmark_id=\"1\",quantile=\"0.5\"} 0.02")
                .contains("aifactory_http_requests_seconds_count{")
                .contains("jvm_memory_used_bytes");
        assertThat(service.api()
                        .get(TestService.group(1) + "/metrics")
                        .expect(200)
                        .text())
                .contains("client_requests_total{benchmark_id=\"1\"} 6.0", "client_active_connections");
        JsonNode targets =
                service.api().get("/api/v1/client-groups/targets").expect(200).json();
        assertThat(targets.size()).isEqualTo(2);
        assertThat(targets.at("/1/targets/0").asString("")).isEqualTo("127.0.0.1:19001");
        assertThat(targets.at("/1/labels/node").asString("")).isEqualTo("node1");
    }

    @Test
    void accountsCanBeLimited() {
        service.close();
        ServicePolicy policy = new ServicePolicy(
                List.of("p100", "p200"), ServicePolicy.DEFAULT.observerNetworks(), ServicePolicy.ClientLoss.CONTINUE);
        try (TestService limited =
                TestService.start(directory.resolve("limited"), configuration -> configuration.withPolicy(policy))) {
            Answer refused = limited.create(1, Map.of("num_clients", 1, "account", "p300"))
                    .expect(422);
            assertThat(refused.detail()).contains("'p300' is not allowed", "p100, p200");
            limited.create(1, Map.of("num_clients", 1)).expect(422);
            limited.create(1, Map.of("num_clients", 1, "account", "p200")).expect(201);
        }
    }

    @Test
    void aRunCanEndWithTheFirstClientThatIsLost() {
        service.close();
        ServicePolicy policy =
                new ServicePolicy(List.of(), ServicePolicy.DEFAULT.observerNetworks(), ServicePolicy.ClientLoss.STOP);
        try (TestService strict =
                TestService.start(directory.resolve("strict"), configuration -> configuration.withPolicy(policy))) {
            List<FakeClient> clients = strict.readyGroup(1, 2);
            String runId = strict.started(1, clients);
            strict.dispatcher().endProcess("7000", 1);
            clients.get(0).await(aifactory.protocol.ClientCommand.Kind.STOP, runId);
            clients.get(0).deliver(Measurements.last(runId, 0, 1, true)).expect(200);
            strict.awaitRun(runId, "incomplete");
        }
    }
}
