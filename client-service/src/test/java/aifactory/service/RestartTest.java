package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.GroupState;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.persistence.Database;
import aifactory.service.persistence.RunStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StateWriter;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that is killed in any state of a group or a run resumes where it was. */
class RestartTest {
    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory, this::with);
    }

    /** Where the state is kept, for instance. */
    ClientServiceConfiguration with(ClientServiceConfiguration configuration) {
        return configuration;
    }

    @AfterEach
    void end() {
        service.close();
    }

    @Test
    void tokensGroupsAndJobsSurvive() {
        service.dispatcher().hold();
        service.create(1, Map.of("num_clients", 1, "time_limit", 9)).expect(201);
        String token = service.token();
        String secret = service.secretOf(1);
        service.killAndRestart();
        assertThat(service.token()).isEqualTo(token);
        assertThat(service.secretOf(1)).isEqualTo(secret);
        assertThat(service.show(1).info().jobId()).isEqualTo("7000");
        assertThat(service.show(1).info().timeLimit()).isEqualTo(9);
        service.dispatcher().run(null);
        service.connect(1, 0);
        service.awaitStatus(1, "ready");
        assertThat(service.dispatcher().orders())
                .as("nothing is submitted twice")
                .hasSize(1);
    }

    @Test
    void aDeletionThatWasUnderWayIsFinished() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.connect(1, 0);
        service.awaitStatus(1, "ready");
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                service.api().delete(TestService.group(1));
            } catch (IllegalStateException e) {
                // The service was killed before it answered, which is the point.
            }
        });
        // The journal is read from the database: the deletion is durable, which the state in memory does not show.
        Eventually.await(
                "the deletion is stored",
                () -> service.api()
                        .get("/api/v1/journal?benchmark_id=1&event=ending")
                        .text(),
                entries -> entries.contains("deleted on request"));
        service.killAndRestart();
        asking.interrupt();
        awaitGone(1);
        service.create(1, Map.of("num_clients", 1)).expect(201);
    }

    @Test
    void aJobThatIsGoneEndsItsGroup() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.kill();
        service.dispatcher().loseEverything();
        service.restart();
        assertThat(service.awaitStatus(1, "failed").info().status().isTerminal())
                .isTrue();
    }

    @Test
    void aJobThatEndedMeanwhileIsNoticed() {
        service.readyGroup(1, 1);
        service.kill();
        service.dispatcher().end("7000", JobStatus.Phase.FAILED, "node failure");
        service.restart();
        service.awaitStatus(1, "failed");
    }

    @Test
    void theTimeThatAStartTakesIsNotTheSilenceOfClients() {
        service.readyGroup(1, 2);
        service.kill();
        Duration longerThanAnySilence = TestService.quickTimings().lostAfter().plusSeconds(60);
        service.dispatcher().whenAdopting(() -> service.clock().advance(longerThanAnySilence));
        service.restart();
        int before = service.dispatcher().looks();
        Eventually.await(
                "the supervisor has looked twice", () -> service.dispatcher().looks(), looks -> looks >= before + 3);
        assertThat(service.show(1).info().registered()).isEqualTo(2);
        assertThat(service.show(1).info().status()).isEqualTo(GroupState.READY);
        service.clock().advance(longerThanAnySilence);
        service.awaitStatus(1, "starting");
    }

    @Test
    void registeredClientsNeedNotRegisterAgain() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        service.killAndRestart();
        clients.getFirst().poll();
        assertThat(service.awaitStatus(1, "ready").info().registered()).isEqualTo(2);
        assertThat(service.connect(1, 0).id()).isEqualTo(clients.getFirst().id());
    }

    @Test
    void aClientThatWasGivenUpStaysSo() {
        service.readyGroup(1, 2);
        service.dispatcher().endProcess("7000", 1);
        Eventually.await("client 1 is lost", () -> service.show(1).info().registered(), left -> left == 1);
        Eventually.await(
                "it is in the journal",
                () -> service.api().get("/api/v1/journal?benchmark_id=1").text(),
                text -> text.contains("\"lost\""));
        service.killAndRestart();
        assertThat(service.show(1).info().clients().get(1).state()).isEqualTo(ClientState.LOST);
    }

    @Test
    void aQueuedRunGoesOnWaiting() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        String runId = service.api()
                .post(TestService.group(1) + "/run?when=ready", Map.of("duration", "2s"))
                .expect(202)
                .json()
                .path("run_id")
                .asString("");
        service.killAndRestart();
        service.awaitRun(runId, "queued");
        FakeClient client = service.connect(1, 0);
        assertThat(client.prepare()).isEqualTo(runId);
        client.await(ClientCommand.Kind.START, runId);
        client.measure(runId, 2);
        service.awaitRun(runId, "completed");
    }

    @Test
    void aBarrierIsCompleted() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        CompletableFuture<Answer> unanswered = service.run(1);
        String runId = clients.get(0).prepare();
        service.kill();
        assertThat(unanswered.handle((_, failure) -> failure != null).join())
                .as("the start of the run was not acknowledged")
                .isTrue();
        service.restart();
        service.awaitRun(runId, "arming");
        assertThat(clients.get(1).prepare()).isEqualTo(runId);
        clients.forEach(client -> client.await(ClientCommand.Kind.START, runId));
        clients.forEach(client -> client.measure(runId, 2));
        service.awaitRun(runId, "completed");
    }

    @Test
    void aRunGoesOnWithEverythingThatWasAcknowledged() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String runId = service.started(1, clients);
        clients.get(0).deliver(Measurements.batch(runId, 0, 0, 4)).expect(200);
        clients.get(1).deliver(Measurements.batch(runId, 1, 0, 3)).expect(200);
        clients.get(1).deliver(Measurements.batch(runId, 1, 1, 3)).expect(200);
        service.killAndRestart();
        service.awaitRun(runId, "running");
        // Its acknowledgement may have been lost: it comes again.
        clients.get(0).deliver(Measurements.batch(runId, 0, 0, 4)).expect(200);
        service.killAndRestart();
        clients.get(0).deliver(Measurements.last(runId, 1, 2, false)).expect(200);
        clients.get(1).deliver(Measurements.last(runId, 2, 2, false)).expect(200);
        service.awaitRun(runId, "completed");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(10);
        service.killAndRestart();
        assertThat(service.summary(runId).requests().completed()).isEqualTo(10);
        clients.forEach(client -> assertThat(
                        client.commands().stream().filter(command -> command.kind() == ClientCommand.Kind.PREPARE))
                .hasSize(1));
        assertThat(clients.getFirst().poll().stream().map(ClientCommand::kind)).containsAnyOf(ClientCommand.Kind.START);
    }

    @Test
    void aRunWhoseLastBatchArrivedJustBeforeIsFinished() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        clients.getFirst().measure(runId, 4);
        service.killAndRestart();
        service.awaitRun(runId, "completed");
        assertThat(service.summary(runId).requests().completed()).isEqualTo(8);
        service.awaitStatus(1, "ready");
        String next = service.started(1, clients);
        clients.getFirst().measure(next, 1);
        service.awaitRun(next, "completed");
    }

    @Test
    void aRunThatWasStoppedStops() {
        List<FakeClient> clients = service.readyGroup(1, 1);
        String runId = service.started(1, clients);
        service.api().post(TestService.group(1) + "/stop", "").expect(200);
        service.killAndRestart();
        service.awaitRun(runId, "draining");
        clients.getFirst().await(ClientCommand.Kind.STOP, runId);
        clients.getFirst().deliver(Measurements.last(runId, 0, 1, true)).expect(200);
        service.awaitRun(runId, "stopped");
    }

    @Test
    void aDeletionThatSlurmHeldUpIsFinished() {
        service.readyGroup(1, 1);
        service.dispatcher().breakDown("Slurm does not answer");
        service.api().delete(TestService.group(1)).expect(503);
        service.kill();
        service.dispatcher().breakDown(null);
        service.restart();
        awaitGone(1);
        assertThat(service.dispatcher().cancelled()).containsExactly("7000");
    }

    private void awaitGone(long benchmarkId) {
        Eventually.await(
                "the group was removed",
                () -> service.api().get(TestService.group(benchmarkId)).status(),
                status -> status == 404);
    }

    @Test
    void anAnswerThatNobodyGotTwiceIsTheSameGroup() {
        service.create(1, Map.of("num_clients", 1)).expect(201);
        service.killAndRestart();
        service.create(1, Map.of("num_clients", 1)).expect(409);
        service.api().delete(TestService.group(1)).expect(200);
        service.killAndRestart();
        service.api().get(TestService.group(1)).expect(404);
        service.create(1, Map.of("num_clients", 1)).expect(201);
    }

    @Test
    void whatNobodyWasToldOfIsNotTakenUp() throws Exception {
        service.readyGroup(1, 1);
        service.kill();
        ClientServiceConfiguration configuration = service.configuration();
        try (Database database = Database.open(configuration.dataDirectory(), configuration.postgres());
                StateWriter writer = new StateWriter(database, 16, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM)) {
            StateStore store = new StateStore(database, writer);
            JournalEntry entry = new JournalEntry(1, "run", 1L, "rghost", null, "queued", null, null, null);
            long key = store.groups().current().getFirst().groupKey();
            store.runs().insert(new RunStore.RunRow("rghost", key, 1, "QUEUED", "{}", "{}", 1), entry);
            store.groups()
                    .insert(
                            2,
                            "0123456789abcdef",
                            "SUBMITTING",
                            store.groups().current().getFirst().definition(),
                            "{}",
                            1,
                            entry);
        }
        service.restart();
        awaitGone(2);
        Eventually.await(
                "the run was removed",
                () -> service.api().get("/api/v1/runs/rghost").status(),
                status -> status == 404);
        service.awaitStatus(1, "ready");
        assertThat(service.api()
                        .get("/api/v1/journal?run_id=rghost&event=given%20up")
                        .expect(200)
                        .json()
                        .path("entries"))
                .hasSize(1);
        service.create(2, Map.of("num_clients", 1)).expect(201);
        service.killAndRestart();
        assertThat(service.show(1).info().currentRunId()).isNull();
        assertThat(service.show(2).info().jobId()).isNotNull();
    }
}
