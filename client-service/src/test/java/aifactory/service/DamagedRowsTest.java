package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.RunState;
import aifactory.service.runs.BatchCodec;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows of every kind that cannot be read are set aside, each by its name; the service starts, and everything else
 * continues.
 */
final class DamagedRowsTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @SuppressWarnings("NullAway.Init")
    private List<FakeClient> clients;

    @SuppressWarnings("NullAway.Init")
    private List<FakeClient> others;

    /** Of group 1: ended. */
    private String ended = "";

    /** Of group 1: continues. */
    private String going = "";

    /** Of group 2: continues. */
    private String other = "";

    @BeforeEach
    void start() {
        service = TestService.start(directory);
        clients = service.readyGroup(1, 2);
        ended = service.started(1, clients);
        clients.forEach(client -> client.measure(ended, 3));
        service.awaitRun(ended, "completed");
        service.awaitStatus(1, "ready");
        going = service.started(1, clients);
        clients.forEach(client ->
                client.deliver(Measurements.batch(going, client.id(), 0, 4)).expect(200));
        others = service.readyGroup(2, 1);
        other = service.started(2, others);
        others.getFirst().deliver(Measurements.batch(other, 0, 0, 5)).expect(200);
    }

    @AfterEach
    void end() {
        service.close();
    }

    private void damage(String statement, Object... values) {
        service.kill();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/service.db"));
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            assertThat(prepared.executeUpdate()).as(statement).isPositive();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        service.restart();
    }

    /** Group 2 and its run are as if nothing had happened, and so is every list. */
    private void othersAreIntact() {
        for (String path : List.of(
                "/health",
                "/ready",
                "/metrics",
                "/api/v1/runs",
                "/api/v1/jobs",
                "/api/v1/client-groups",
                "/api/v1/client-groups/targets",
                "/api/v1/journal")) {
            service.api().get(path).expect(200);
        }
        service.awaitRun(other, "running");
        others.getFirst().deliver(Measurements.last(other, 1, 1, false)).expect(200);
        service.awaitRun(other, "completed");
        assertThat(service.summary(other).requests().completed()).isEqualTo(5);
        service.awaitStatus(2, "ready");
    }

    private void group1CanBeReplaced() {
        service.api().delete(TestService.group(1));
        service.create(1, new HashMap<>(Map.of("num_clients", 1))).expect(201);
    }

    private void isNamed(String... words) {
        String journal = Eventually.await(
                "it is in the journal",
                () -> service.api().get("/api/v1/journal?event=set%20aside").text(),
                text -> text.contains("cannot be read"));
        assertThat(journal).contains(words);
    }

    static List<String> texts() {
        return List.of("", "null", "{}", "{\"x\":1}");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aGroup(String text) {
        damage("UPDATE client_group SET definition = ? WHERE benchmark_id = 1", text);
        service.api().get(TestService.group(1)).expect(404);
        isNamed("group 1", "client_group", "7000");
        assertThat(service.awaitEnd(going).state()).isEqualTo(RunState.FAILED);
        assertThat(service.summary(ended).requests().completed()).isEqualTo(12);
        othersAreIntact();
        group1CanBeReplaced();
        service.killAndRestart();
        service.show(1);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aGroupsJob(String text) {
        damage("UPDATE client_group SET job = ? WHERE benchmark_id = 1", text);
        isNamed("group 1");
        othersAreIntact();
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aGroupsState() {
        damage("UPDATE client_group SET state = 'DREAMING' WHERE benchmark_id = 1");
        isNamed("group 1", "DREAMING");
        othersAreIntact();
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aDeletedGroup(String text) {
        service.readyGroup(3, 1);
        service.api().delete(TestService.group(3)).expect(200);
        damage("UPDATE client_group SET definition = ? WHERE benchmark_id = 3", text);
        service.api().get("/api/v1/jobs?deleted=10").expect(200);
        assertThat(service.api().get(TestService.group(3) + "/diagnosis").status())
                .isIn(200, 404);
        othersAreIntact();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aClient(String text) {
        damage("UPDATE client SET registration = ? WHERE group_key = 1 AND client_id = 0", text);
        othersAreIntact();
        assertThat(service.show(1).info().clients()).hasSize(2);
        // It contacts the service again, and delivers.
        clients.getFirst().deliver(Measurements.last(going, 1, 2, false)).expect(200);
        clients.getLast().deliver(Measurements.last(going, 1, 2, false)).expect(200);
        assertThat(service.awaitEnd(going).state()).isNotEqualTo(RunState.FAILED);
        assertThat(service.summary(going).requests().completed()).isEqualTo(8);
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aClientsNumber() {
        damage("UPDATE client SET client_id = 70 WHERE group_key = 1 AND client_id = 1");
        othersAreIntact();
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aCommand(String text) {
        damage("UPDATE command SET command = ? WHERE group_key = 1 AND client_id = 0 AND sequence = 1", text);
        othersAreIntact();
        FakeClient again = service.connect(1, 0);
        List<ClientCommand> commands = again.poll();
        assertThat(commands.stream().map(ClientCommand::sequence))
                .as("without a gap")
                .startsWith(1L, 2L, 3L, 4L);
        completesGoing();
    }

    private void completesGoing() {
        clients.forEach(
                client -> client.deliver(Measurements.last(going, 1, 2, false)).expect(200));
        service.awaitRun(going, "completed");
        assertThat(service.summary(going).requests().completed()).isEqualTo(8);
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void theLastCommand(String text) {
        damage("UPDATE command SET command = ? WHERE group_key = 1 AND client_id = 0 AND sequence = 4", text);
        othersAreIntact();
        completesGoing();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aRunsPlan(String text) {
        damage("UPDATE run SET plan = ? WHERE run_id = ?", text, going);
        assertThat(service.awaitEnd(going).state()).isEqualTo(RunState.FAILED);
        isNamed(going);
        assertThat(service.api()
                        .get("/api/v1/runs/" + going + "/records")
                        .expect(200)
                        .text()
                        .lines())
                .as("what was measured is kept")
                .hasSize(8);
        othersAreIntact();
        service.awaitStatus(1, "ready");
        String next = service.started(1, clients);
        clients.forEach(client -> client.measure(next, 1));
        service.awaitRun(next, "completed");
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aRunsProgress(String text) {
        damage("UPDATE run SET progress = ? WHERE run_id = ?", text, going);
        othersAreIntact();
        service.api().get("/api/v1/runs/" + going).expect(200);
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aRunsState() {
        damage("UPDATE run SET state = 'DREAMING' WHERE run_id = ?", going);
        assertThat(service.awaitEnd(going).state()).isEqualTo(RunState.FAILED);
        othersAreIntact();
        group1CanBeReplaced();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void anEndedRun(String text) {
        damage("UPDATE run SET plan = ?, progress = ?, state = 'DREAMING' WHERE run_id = ?", text, text, ended);
        assertThat(service.awaitEnd(ended).detail()).contains("cannot be read");
        assertThat(service.summary(ended).requests().completed()).isEqualTo(12);
        othersAreIntact();
        completesGoing();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aResult(String text) {
        damage(
                "UPDATE run SET result = ? WHERE run_id = ?",
                BatchCodec.compress(text.getBytes(StandardCharsets.UTF_8)),
                ended);
        assertThat(service.api()
                        .get("/api/v1/runs/" + ended + "/summary")
                        .expect(404)
                        .detail())
                .contains(ended, "damaged", "/records");
        service.api().get("/api/v1/runs/" + ended + "/records").expect(200);
        othersAreIntact();
        completesGoing();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aPart(String text) {
        damage("UPDATE run_part SET part = ? WHERE run_id = ? AND client_id = 0", text, going);
        othersAreIntact();
        clients.forEach(
                client -> client.deliver(Measurements.last(going, 1, 2, false)).expect(200));
        assertThat(service.awaitEnd(going).state()).isIn(RunState.COMPLETED, RunState.INCOMPLETE);
        assertThat(service.summary(going).requests().completed()).isEqualTo(8);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest
    @MethodSource("texts")
    void aBatch(String text) {
        damage(
                "UPDATE batch SET body = ? WHERE run_id = ? AND client_id = 0 AND sequence = 0",
                BatchCodec.compress(text.getBytes(StandardCharsets.UTF_8)),
                going);
        aBatchIsMissing();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aBatchThatIsNotGzip() {
        damage("UPDATE batch SET body = X'00ff' WHERE run_id = ? AND client_id = 0 AND sequence = 0", going);
        aBatchIsMissing();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void aBatchOfAnEarlierVersionThatTodayWouldBeRefused() {
        byte[] json = aifactory.protocol.JsonFormat.mapper().writeValueAsBytes(Measurements.batch(going, 0, 0, 4));
        String moments = new String(json, StandardCharsets.UTF_8)
                .replaceAll("\"ttft_ms\":\"[^\"]{11}", "\"ttft_ms\":\"f/////////8");
        damage(
                "UPDATE batch SET body = ? WHERE run_id = ? AND client_id = 0 AND sequence = 0",
                BatchCodec.compress(moments.getBytes(StandardCharsets.UTF_8)),
                going);
        aBatchIsMissing();
    }

    private void aBatchIsMissing() {
        othersAreIntact();
        clients.forEach(
                client -> client.deliver(Measurements.last(going, 1, 2, false)).expect(200));
        assertThat(service.awaitRun(going, "incomplete").detail()).contains("batch 0 of client 0 cannot be read");
        assertThat(service.summary(going).requests().completed()).isEqualTo(4);
        assertThat(service.summary(going).valid()).isFalse();
        assertThat(service.summary(going).invalidReasons().getFirst().code()).isEqualTo("stored_data_damaged");
        assertThat(service.api()
                        .get("/api/v1/runs/" + going + "/records")
                        .expect(200)
                        .text()
                        .lines())
                .hasSize(4);
        service.killAndRestart();
        assertThat(service.summary(going).requests().completed()).isEqualTo(4);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void anObserver() {
        service.api()
                .post(TestService.group(1) + "/observer", Map.of("ip_address", "127.0.0.1", "port", 9))
                .expect(201);
        damage("UPDATE observer SET address = ':::', frequency_millis = -1");
        othersAreIntact();
        completesGoing();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void theJournal() {
        damage("INSERT INTO journal (at, subject, benchmark_id, run_id, client_id, event) VALUES"
                + " ('when', X'00', 'one', X'ff', 'two', X'c328')");
        othersAreIntact();
        completesGoing();
    }
}
