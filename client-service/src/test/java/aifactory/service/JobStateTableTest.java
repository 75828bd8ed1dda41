package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.GroupInfo;
import aifactory.service.dispatch.JobStatus.Phase;
import aifactory.service.testing.Answer;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every phase of a job against every state of its group. */
final class JobStateTableTest {
    private static final Set<Integer> BOTH = Set.of(0, 1);

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

    /** In the order of the phases; "clients ended" means that the service learned it before the phase. */
    @ParameterizedTest
    @CsvSource({
        // before,                pending,  uncertain, running,  ending,   completed, failed,    cancelled, expired
        "pending,                 pending,  pending,   starting, starting, failed,    failed,    cancelled, expired",
        "starting,                pending,  starting,  starting, starting, failed,    failed,    cancelled, expired",
        "starting with a client,  starting, starting,  starting, starting, failed,    failed,    cancelled, expired",
        "ready,                   ready,    ready,     ready,    ready,    failed,    failed,    cancelled, expired",
        "clients ended,           pending,  starting,  starting, starting, failed,    failed,    cancelled, expired",
        "running,                 running,  running,   running,  running,  failed,    failed,    cancelled, expired",
        "ending,                  ending,   ending,    ending,   ending,   deleted,   deleted,   deleted,   deleted",
        "failed,                  failed,   failed,    failed,   failed,   failed,    failed,    failed,    failed",
    })
    void aPhaseOfTheJobMakesAStateOfTheGroup(
            String before,
            String pending,
            String uncertain,
            String running,
            String ending,
            String completed,
            String failed,
            String cancelled,
            String expired) {
        Map<Phase, String> expected = Map.of(
                Phase.PENDING, pending,
                Phase.UNCERTAIN, uncertain,
                Phase.RUNNING, running,
                Phase.ENDING, ending,
                Phase.COMPLETED, completed,
                Phase.FAILED, failed,
                Phase.CANCELLED, cancelled,
                Phase.EXPIRED, expired);
        long group = 0;
        for (Phase phase : Phase.values()) {
            group++;
            String job = bring(group, before);
            set(group, job, phase, before.equals("clients ended") ? BOTH : Set.of(), 0);
            assertState(group, String.valueOf(expected.get(phase)), before + " with a job that is " + phase);
        }
    }

    @Test
    void aRequeuedJobTakesItsClientsAndGetsOthers() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        service.dispatcher().set("7000", Phase.PENDING, "PENDING", Set.of(), 1);
        GroupInfo pending = service.awaitStatus(1, "pending").info();
        assertThat(pending.clients()).allMatch(client -> client.state().name().equals("LOST"));

        service.dispatcher().set("7000", Phase.RUNNING, "RUNNING", Set.of(), 1);
        service.awaitStatus(1, "starting");
        assertThat(clients).hasSize(2);
    }

    @Test
    void aProcessOfAnEarlierStartDoesNotMakeTheGroupReadyAgain() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        service.dispatcher().set("7000", Phase.PENDING, "PENDING", Set.of(), 1);
        service.awaitStatus(1, "pending");

        // Slurm has not ended the processes yet: they still ask for orders, and register again.
        clients.forEach(FakeClient::poll);
        service.api()
                .as(service.secretOf(1))
                .post(TestService.group(1) + "/connect", FakeClient.registration(0))
                .expect(409);
        assertThat(service.show(1).info().clients())
                .allMatch(client -> client.state().name().equals("LOST"));
        assertThat(service.show(1).info().status().name()).isEqualTo("PENDING");
    }

    @Test
    void aRequeueDuringARunEndsTheRunAndThenTheGroupIsPending() {
        List<FakeClient> clients = service.readyGroup(1, 2);
        String run = service.started(1, clients);
        service.dispatcher().set("7000", Phase.PENDING, "PENDING", Set.of(), 1);
        service.awaitEnd(run);
        service.awaitStatus(1, "pending");
    }

    /** Brings a group of two clients into that state; the id of its job. */
    private String bring(long group, String state) {
        if (state.equals("pending")) {
            service.dispatcher().hold();
        }
        String job = service.create(group, Map.of("num_clients", 2))
                .expect(201)
                .json()
                .path("job_id")
                .asString("");
        switch (state) {
            case "pending" -> service.awaitStatus(group, "pending");
            case "starting" -> service.awaitStatus(group, "starting");
            case "starting with a client" -> {
                service.connect(group, 0);
                service.awaitStatus(group, "starting");
            }
            case "failed" -> {
                service.dispatcher().end(job, Phase.FAILED, "its script failed");
                service.awaitStatus(group, "failed");
            }
            default -> {
                List<FakeClient> clients = List.of(service.connect(group, 0), service.connect(group, 1));
                service.awaitStatus(group, "ready");
                if (state.equals("clients ended")) {
                    set(group, job, Phase.RUNNING, BOTH, 0);
                    service.awaitStatus(group, "starting");
                } else if (state.equals("running")) {
                    service.started(group, clients);
                    service.awaitStatus(group, "running");
                } else if (state.equals("ending")) {
                    CompletableFuture<Answer> deletion = CompletableFuture.supplyAsync(
                            () -> service.api().delete(TestService.group(group)),
                            task -> Thread.ofVirtual().start(task));
                    service.awaitStatus(group, "ending");
                    assertThat(deletion).isNotCompletedExceptionally();
                }
            }
        }
        return job;
    }

    /**
     * Has the dispatcher report the phase, and waits until the service has seen it where the group is still watched.
     */
    private void set(long group, String job, Phase phase, Set<Integer> endedProcesses, int restarts) {
        String word = phase + " as reported";
        boolean watched = !service.show(group).info().status().isTerminal();
        service.dispatcher().set(job, phase, word, endedProcesses, restarts);
        if (watched) {
            Eventually.await(
                    "group " + group + " shows " + word,
                    () -> service.api().get(TestService.group(group)),
                    answer -> answer.status() == 404 || answer.text().contains(word));
        }
    }

    private void assertState(long group, String expected, String description) {
        if (expected.equals("deleted")) {
            Eventually.await(
                    description + ": deleted",
                    () -> service.api().get(TestService.group(group)).status(),
                    status -> status == 404);
            return;
        }
        assertThat(service.show(group).info().status().name().toLowerCase(Locale.ROOT))
                .as(description)
                .isEqualTo(expected);
    }
}
