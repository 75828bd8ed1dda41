package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.GroupInfo;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the request for a group to the end of its job. */
final class GroupLifeTest {
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

    @Test
    void aGroupIsCreatedFillsAndIsReady() {
        service.dispatcher().hold();

        Answer created = service.create(123, Map.of("num_clients", 2, "time_limit", 7));
        created.expect(201);
        assertThat(created.json().toString())
                .isEqualTo("{\"status\":\"created\",\"benchmark_id\":123,\"num_clients\":2,\"job_id\":\"7000\"}");
        assertThat(service.dispatcher().orders().getFirst().timeLimit()).isEqualTo(Duration.ofMinutes(7));
        GroupInfo pending = service.awaitStatus(123, "pending").info();
        assertThat(pending.clientAddress()).isNull();
        Eventually.await("the job's reason", () -> service.show(123).info(), info -> "Resources".equals(info.reason()));

        service.dispatcher().run(Instant.now().plusSeconds(600));
        service.awaitStatus(123, "starting");
        service.connect(123, 0);
        assertThat(service.show(123).info().registered()).isEqualTo(1);
        service.connect(123, 1);
        GroupInfo ready = service.awaitStatus(123, "ready").info();
        assertThat(ready.clientAddress()).isEqualTo("http://127.0.0.1:19000");
        assertThat(ready.clients()).extracting(client -> client.node()).containsExactly("node0", "node1");
        assertThat(ready.logPaths()).hasSize(1);
    }

    @Test
    void anIdIsTakenUntilItsGroupIsDeleted() {
        service.create(5, Map.of("num_clients", 1)).expect(201);
        assertThat(service.create(5, Map.of("num_clients", 1)).expect(409).detail())
                .startsWith("Group already exists");

        assertThat(service.api().delete(TestService.group(5)).expect(200).json().toString())
                .isEqualTo("{\"status\":\"deleted\",\"benchmark_id\":5}");
        assertThat(service.dispatcher().cancelled()).containsExactly("7000");
        assertThat(service.api().get(TestService.group(5)).expect(404).detail()).startsWith("Benchmark id not found");
        service.create(5, Map.of("num_clients", 1)).expect(201);
    }

    @Test
    void aRefusedGroupLeavesNothingBehind() throws Exception {
        service.dispatcher().refuse("partition", "invalid partition specified: gpuu");
        Answer refused = service.create(9, Map.of("num_clients", 1, "partition", "gpuu"));
        assertThat(refused.expect(502).detail()).contains("invalid partition specified: gpuu");
        assertThat(refused.json().path("field").asString("")).isEqualTo("partition");
        service.api().get(TestService.group(9)).expect(404);
        try (var secrets = Files.list(directory.resolve("shared/secrets"))) {
            assertThat(secrets).isEmpty();
        }

        service.dispatcher().refuse(null, null);
        service.dispatcher().breakDown("Slurm does not answer");
        assertThat(service.create(9, Map.of("num_clients", 1)).expect(503).detail())
                .contains("Slurm does not answer");
        service.dispatcher().breakDown(null);
        service.create(9, Map.of("num_clients", 1)).expect(201);
    }

    @Test
    void idsAreAssignedOnRequest() {
        service.create(41, Map.of("num_clients", 1)).expect(201);
        assertThat(service.api()
                        .post("/api/v1/client-groups", Map.of("num_clients", 1))
                        .expect(201)
                        .json()
                        .path("benchmark_id")
                        .asLong(0))
                .isEqualTo(42);
        assertThat(service.api()
                        .get("/api/v1/client-groups")
                        .expect(200)
                        .json()
                        .path("count")
                        .asInt(0))
                .isEqualTo(2);
    }

    @Test
    void deletingTellsTheClientsFirst() {
        List<FakeClient> clients = service.readyGroup(6, 1);
        CompletableFuture<Answer> deleted = CompletableFuture.supplyAsync(
                () -> service.api().delete(TestService.group(6)),
                task -> Thread.ofVirtual().start(task));
        clients.getFirst().await(ClientCommand.Kind.EXIT, null);
        service.dispatcher().end("7000", JobStatus.Phase.COMPLETED, "its processes ended");
        deleted.join().expect(200);
        assertThat(service.dispatcher().cancelled()).isEmpty();
    }

    @Test
    void aGroupWhoseJobCannotBeConfirmedGoneStays() {
        service.create(6, Map.of("num_clients", 1)).expect(201);
        service.dispatcher().breakDown("Slurm does not answer");
        service.api().delete(TestService.group(6)).expect(503);
        service.dispatcher().breakDown(null);
        service.api().delete(TestService.group(6)).expect(200);
    }

    @Test
    void aJobThatEndsEndsItsGroup() {
        service.readyGroup(7, 1);
        service.dispatcher().end("7000", JobStatus.Phase.EXPIRED, "its time limit of 5 minutes is over");
        GroupInfo info = service.awaitStatus(7, "expired").info();
        assertThat(info.reason()).contains("time limit");
        assertThat(info.clients().getFirst().state()).isEqualTo(ClientState.LOST);
    }

    @Test
    void anIdleGroupReleasesItsJob() {
        service.create(8, Map.of("num_clients", 1, "idle_timeout", 2)).expect(201);
        FakeClient client = service.connect(8, 0);
        service.awaitStatus(8, "ready");
        service.clock().advance(Duration.ofSeconds(119));
        client.poll();
        assertThat(service.show(8).info().status().name()).isEqualTo("READY");
        service.clock().advance(Duration.ofSeconds(30));
        service.awaitStatus(8, "ended");
        assertThat(service.dispatcher().cancelled()).containsExactly("7000");
        service.api().delete(TestService.group(8)).expect(200);
    }

    @Test
    void aSilentClientIsSuspectedThenLostAndTakenBackWhenItReturns() {
        List<FakeClient> clients = service.readyGroup(10, 2);
        service.clock().advance(Duration.ofSeconds(110));
        clients.getFirst().poll();
        awaitState(10, 1, ClientState.SUSPECTED);
        service.clock().advance(Duration.ofSeconds(95));
        clients.getFirst().poll();
        awaitState(10, 1, ClientState.LOST);
        service.awaitStatus(10, "starting");
        service.api().post(TestService.group(10) + "/run", Map.of()).expect(409);

        clients.get(1).poll();
        awaitState(10, 1, ClientState.REGISTERED);
        service.awaitStatus(10, "ready");
    }

    @Test
    void aProcessThatHasEndedIsLostAtOnce() {
        service.readyGroup(11, 2);
        service.dispatcher().endProcess("7000", 1);
        awaitState(11, 1, ClientState.LOST);
    }

    @Test
    void requestsThatMakeNoSenseAreRefusedByField() {
        assertField(Map.of(), "num_clients");
        assertField(Map.of("num_clients", 0), "num_clients");
        assertField(Map.of("num_clients", "many"), "num_clients");
        assertField(Map.of("num_clients", 1, "time_limit", -1), "time_limit");
        assertField(Map.of("num_clients", 1, "min_clients", 2), "min_clients");
        assertField(Map.of("num_clients", 1, "partition", "a\nb"), "partition");
        assertField(Map.of("num_clients", 1, "ai_servers", List.of("file:///etc/passwd")), "ai_servers");
        Answer unknown = service.create(1, Map.of("num_client", 1));
        assertThat(unknown.expect(422).detail()).contains("did you mean 'num_clients'?");
        service.api().post("/api/v1/client-group/abc", Map.of("num_clients", 1)).expect(422);
        service.api().post("/api/v1/client-group/-1", Map.of("num_clients", 1)).expect(422);
        service.api().post(TestService.group(1), "{\"num_clients\":").expect(422);
        service.api().post(TestService.group(1), "[]").expect(422);
        service.api().post(TestService.group(1), "null").expect(422);
        assertThat(service.dispatcher().orders()).isEmpty();
        assertThat(service.api()
                        .get("/api/v1/client-groups")
                        .json()
                        .path("count")
                        .asInt(-1))
                .isZero();
    }

    private void assertField(Map<String, Object> request, String field) {
        Answer refused = service.create(1, request).expect(422);
        assertThat(refused.json().path("field").asString("")).isEqualTo(field);
        assertThat(refused.detail()).isNotBlank();
    }

    private void awaitState(long benchmarkId, int client, ClientState state) {
        Eventually.await(
                "client " + client + " is " + state,
                () -> service.show(benchmarkId).info().clients().get(client).state(),
                seen -> seen == state);
    }
}
