package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
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

/** Runs: admission, barrier, delivery, end. */
final class RunLifeTest {
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
    void allClientsStartTogetherAndTheirMeasurementsAddUp() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        CompletableFuture<Answer> answer = service.run(1);
        String runId = clients.get(0).prepare();
        assertThat(clients.get(0).poll())
                .as("no client starts before all are armed")
                .isEmpty();
        assertThat(answer).isNotDone();
        clients.get(1).prepare();
        Answer dispatched = answer.join().expect(200);
        assertThat(dispatched.json().path("status").asString("")).isEqualTo("dispatched");
        assertThat(dispatched.json().path("results").size()).isEqualTo(2);

        ClientCommand start = clients.get(0).await(ClientCommand.Kind.START, runId);
        assertThat(clients.get(1).await(ClientCommand.Kind.START, runId).startEpochNanos())
                .isEqualTo(start.startEpochNanos());
        ClientCommand prepare = clients.get(1).await(ClientCommand.Kind.PREPARE, runId);
        assertThat(prepare.share()).isEqualTo(new ClientCommand.Share(1, 2));

        clients.get(0).measure(runId, 10);
        clients.get(1).measure(runId, 5);
        service.awaitRun(runId, "completed");
        RunSummary summary = service.summary(runId);
        assertThat(summary.requests().completed()).isEqualTo(30);
        assertThat(summary.clients().reported()).isEqualTo(2);
        assertThat(summary.provenance().slurm()).as("not a job of Slurm").isNull();
        assertThat(summary.slurmUsage()).isNull();
        assertThat(service.api()
                        .get("/api/v1/runs/" + runId + "/records")
                        .expect(200)
                        .text()
                        .lines())
                .hasSize(30);
        assertThat(service.api()
                        .get(TestService.group(1) + "/results")
                        .expect(200)
                        .as(RunSummary.class)
                        .runId())
                .isEqualTo(runId);
    }

    @Test
    void oneAllocationServesManyRuns() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        for (int repeat = 1; repeat <= 3; repeat++) {
            String runId = service.started(1, clients);
            int requests = repeat;
            clients.forEach(client -> client.measure(runId, requests));
            service.awaitRun(runId, "completed");
            service.awaitStatus(1, "ready");
            assertThat(service.summary(runId).requests().completed()).isEqualTo(4L * repeat);
        }
        assertThat(service.dispatcher().orders()).hasSize(1);
        assertThat(service.api()
                        .get("/api/v1/runs?benchmark_id=1")
                        .json()
                        .path("count")
                        .asInt(0))
                .isEqualTo(3);
    }

    @Test
    void aSecondRunIsRefusedWhileOneGoesOn() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        assertThat(service.run(1).join().expect(409).detail()).contains(runId, "wait for it or stop it");
        clients.getFirst().measure(runId, 1);
        service.awaitRun(runId, "completed");
    }

    @Test
    void aGroupThatIsNotReadyRefusesWithCountsOrQueues() {
        service.create(1, Map.of("num_clients", 2)).expect(201);
        FakeClient first = service.connect(1, 0);
        assertThat(service.run(1).join().expect(409).detail()).contains("1 of 2 clients are registered");
        Answer queued = service.api()
                .post(TestService.group(1) + "/run?when=ready", Map.of("duration", "2s"))
                .expect(202);
        assertThat(queued.json().path("status").asString("")).isEqualTo("queued");
        String runId = queued.json().path("run_id").asString("");
        FakeClient second = service.connect(1, 1);
        first.prepare();
        second.prepare();
        service.awaitRun(runId, "running");
        first.measure(runId, 1);
        second.measure(runId, 1);
        service.awaitRun(runId, "completed");
        service.api().post(TestService.group(1) + "/run?when=later", Map.of()).expect(422);
    }

    @Test
    void aGroupIsReadyWithItsMinimum() {
        service.create(1, Map.of("num_clients", 3, "min_clients", 2)).expect(201);
        List<FakeClient> clients = List.of(service.connect(1, 0), service.connect(1, 1));
        service.awaitStatus(1, "ready");
        String runId = service.started(1, clients);
        clients.forEach(client -> client.measure(runId, 1));
        service.awaitRun(runId, "completed");
        RunSummary summary = service.summary(runId);
        assertThat(summary.clients().registered()).isEqualTo(2);
        assertThat(summary.clients().reported()).isEqualTo(2);
        assertThat(summary.clients().expected()).isEqualTo(3);
        assertThat(summary.clients().inWords()).isEqualTo("2 of 3 reported, 1 took no part");
    }

    @Test
    void aRunThatDoesNotFitIsRefusedWithTheArithmetic() {
        service.dispatcher().hold();
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.dispatcher().run(Instant.now().plusSeconds(100));
        service.connect(1, 0);
        service.awaitStatus(1, "ready");
        Eventually.await(
                "the end of the job is known", () -> service.show(1).info(), info -> "RUNNING".equals(info.jobState()));
        String detail =
                service.run(1, Map.of("duration", "95s")).join().expect(409).detail();
        assertThat(detail)
                .contains("it takes 95 s")
                .containsPattern("allocation (9\\d|100) s are left, less 10 s to deliver")
                .contains("time_limit");
        assertThat(service.api().get("/api/v1/runs").json().path("count").asInt(-1))
                .isZero();
    }

    @Test
    void loadThatMakesNoSenseIsRefusedByField() {
        service.readyGroup(1, 1);
        Answer refused = service.run(1, Map.of("request_rate", -1)).join().expect(422);
        assertThat(refused.json().path("field").asString("")).isEqualTo("request_rate");
        service.run(1, Map.of("duration", "soon")).join().expect(422);
        assertThat(service.run(2).join().expect(404).detail()).isEqualTo("Unknown benchmark id 2");
        assertThat(service.api().get("/api/v1/runs").json().path("count").asInt(-1))
                .isZero();
    }

    @Test
    void aClientThatCannotTakePartEndsTheRunBeforeItBegins() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        CompletableFuture<Answer> answer = service.run(1);
        String runId = clients.get(0).prepare();
        clients.get(1).await(ClientCommand.Kind.PREPARE, runId);
        clients.get(1)
                .armed(runId, "the dataset /data/prompts.jsonl does not exist")
                .expect(200);
        assertThat(answer.join().expect(409).detail()).contains("node1 (client 1)", "/data/prompts.jsonl");
        service.awaitRun(runId, "failed");
        clients.get(0).await(ClientCommand.Kind.STOP, runId);
        service.awaitStatus(1, "ready");
    }

    @Test
    void theBarrierIsNotWaitedForForEver() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        CompletableFuture<Answer> answer = service.run(1);
        clients.get(0).prepare();
        service.clock().advance(Duration.ofSeconds(101));
        assertThat(answer.join().expect(409).detail()).contains("not ready within 100 s: node1 (client 1)");
    }

    @Test
    void stoppingKeepsWhatWasMeasured() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        assertThat(service.api()
                        .post(TestService.group(1) + "/stop", "")
                        .expect(409)
                        .detail())
                .contains("no active run");
        String runId = service.started(1, clients);
        FakeClient client = clients.getFirst();
        client.deliver(Measurements.batch(runId, 0, 0, 7)).expect(200);
        service.api().post(TestService.group(1) + "/stop", "").expect(200);
        service.api().post(TestService.group(1) + "/stop", "").expect(200);
        client.await(ClientCommand.Kind.STOP, runId);
        client.deliver(Measurements.last(runId, 1, 1, true)).expect(200);
        service.awaitRun(runId, "stopped");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(7);
        service.awaitStatus(1, "ready");
    }

    @Test
    void tooManyErrorsOfAllClientsTogetherEndTheRun() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients, Map.of("concurrency", 4, "max_errors", 10));
        clients.get(0).deliver(Measurements.batch(runId, 0, 0, 7, 6)).expect(200);
        assertThat(service.awaitRun(runId, "running").detail()).isNull();
        clients.get(1).deliver(Measurements.batch(runId, 1, 0, 5, 6)).expect(200);

        for (FakeClient client : clients) {
            client.await(ClientCommand.Kind.STOP, runId);
            client.deliver(Measurements.last(runId, 1, 1, true)).expect(200);
        }
        assertThat(service.awaitRun(runId, "stopped").detail())
                .contains("12 requests failed", "max_errors 10", "connection_refused 12");
        RunSummary summary = service.summary(runId);
        assertThat(summary.requests().completed()).isEqualTo(12);
        assertThat(summary.endedEarly()).extracting(RunSummary.EarlyEnd::code).isEqualTo("max_errors");
        service.awaitStatus(1, "ready");
    }

    @Test
    void aRunThatWaitsForTheBarrierCanBeStopped() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        CompletableFuture<Answer> answer = service.run(1);
        String runId = clients.get(0).prepare();
        service.api().post(TestService.group(1) + "/stop", "").expect(200);
        answer.join().expect(200);
        service.awaitRun(runId, "stopped");
        clients.get(1).await(ClientCommand.Kind.STOP, runId);
    }

    @Test
    void aLostClientCostsItsLastSecondNotTheRun() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        clients.get(1).deliver(Measurements.batch(runId, 1, 0, 4)).expect(200);
        service.dispatcher().endProcess("7000", 1);
        Eventually.await("client 1 is lost", () -> service.show(1).info().registered(), left -> left == 1);
        clients.get(0).measure(runId, 3);
        service.awaitRun(runId, "incomplete");
        RunSummary summary = service.summary(runId);
        assertThat(summary.clients().lost()).containsExactly("node1 (client 1)");
        assertThat(summary.requests().completed()).isEqualTo(10);
        assertThat(summary.status()).isEqualTo(RunState.INCOMPLETE);
    }

    @Test
    void aClientThatNeverDeliversIsNotWaitedForForEver() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        CompletableFuture<Answer> answer = service.run(1, Map.of("duration", "2s", "timeout", "1s"));
        clients.forEach(FakeClient::prepare);
        String runId = answer.join().expect(200).json().path("run_id").asString("");
        clients.get(0).measure(runId, 3);
        service.clock().advance(Duration.ofSeconds(104));
        service.awaitRun(runId, "incomplete");
    }

    @Test
    void deletingAGroupKeepsTheResultsOfItsRuns() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        clients.getFirst().measure(runId, 3);
        service.awaitRun(runId, "completed");
        service.api().delete(TestService.group(1)).expect(200);
        assertThat(service.summary(runId).requests().completed()).isEqualTo(6);

        List<FakeClient> next = service.readyGroup(1, 1);
        String nextRun = service.started(1, next);
        next.getFirst().measure(nextRun, 1);
        service.awaitRun(nextRun, "completed");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(6);

        service.api().delete("/api/v1/runs/" + runId).expect(200);
        service.api().get("/api/v1/runs/" + runId).expect(404);
        service.api().get("/api/v1/runs/" + nextRun).expect(200);
    }
}
