package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.composition.ServiceCore;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.groups.Group;
import aifactory.service.persistence.Database;
import aifactory.service.persistence.FaultyDatabase;
import aifactory.service.persistence.RunStore;
import aifactory.service.runs.Run;
import aifactory.service.testing.AdvancingClock;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.FakeClientDispatcher;
import aifactory.service.testing.TestService;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that hangs in the middle of a write: callers that do not write are not delayed by it. */
final class HangingDatabaseTest {
    @TempDir
    Path directory = Path.of("");

    private final CountDownLatch answers = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init")
    private FaultyDatabase database;

    @SuppressWarnings("NullAway.Init")
    private ServiceCore core;

    @BeforeEach
    void start() throws Exception {
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(
                        directory.resolve("data"), directory.resolve("shared"))
                .withAiServers(List.of(URI.create(TestService.AI_SERVER)))
                .withTimings(TestService.quickTimings());
        Files.createDirectories(configuration.dataDirectory());
        Files.createDirectories(configuration.sharedDirectory().resolve("logs"));
        AdvancingClock clock = new AdvancingClock();
        database = new FaultyDatabase(Database.open(configuration.dataDirectory(), null));
        core = ServiceCore.start(
                configuration,
                new ServiceDependencies(
                        clock,
                        clock,
                        new Random(5),
                        new FakeClientDispatcher(),
                        new BuildIdentity("test", "none"),
                        ServiceThreads.SYSTEM,
                        (targets, request) -> Map.of()),
                database,
                URI.create("http://127.0.0.1:8001"));
    }

    @AfterEach
    void end() {
        answers.countDown();
        core.supervisor().close();
        core.writer().close();
        database.close();
    }

    /** Reads the group as soon as its lock is free, which it is not while another caller writes under it. */
    private static boolean holds(Group group, Predicate<Group> condition) {
        if (!group.lock().tryLock()) {
            return false;
        }
        try {
            return condition.test(group);
        } finally {
            group.lock().unlock();
        }
    }

    private Group readyGroup() throws Exception {
        core.clients().creation().create(7, JsonFormat.mapper().readValue("{\"num_clients\":1}", GroupRequest.class));
        core.clients().connect(7, FakeClient.registration(0));
        Group group = core.clients().require(7);
        Eventually.await("ready", () -> holds(group, seen -> seen.state() == GroupState.READY), ready -> ready);
        core.store().flush();
        return group;
    }

    private CompletableFuture<Run> begin(Group group) {
        CompletableFuture<Run> begun = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                begun.complete(core.runs().begin(group, workload(), false));
            } catch (Exception e) {
                begun.completeExceptionally(e);
            }
        });
        Eventually.await("the run is being stored", () -> holds(group, Group::isRunStoring), storing -> storing);
        return begun;
    }

    private static WorkloadRequest workload() {
        return JsonFormat.mapper().readValue("{\"duration\":\"2s\"}", WorkloadRequest.class);
    }

    @Test
    void aRunThatIsBeingStoredKeepsNobodyFromTheGroup() throws Exception {
        Group group = readyGroup();
        database.holdUntil(answers);
        CompletableFuture<Run> begun = begin(group);
        assertThat(holds(group, seen -> seen.info().status() == GroupState.READY))
                .isTrue();
        assertThat(core.clients().commands(7, 0, 0, Duration.ZERO)).isEmpty();
        assertThatThrownBy(() -> core.runs().begin(group, workload(), false))
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("is being stored");
        assertThatThrownBy(() -> core.runs().stop(group, "test")).isInstanceOf(RequestRefusedException.class);
        assertThat(begun).isNotDone();

        answers.countDown();
        String runId = Eventually.await(
                        "an order to prepare",
                        () -> {
                            try {
                                return core.clients().commands(7, 0, 0, Duration.ZERO);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        commands -> !commands.isEmpty())
                .getFirst()
                .runId();
        core.runs().armed(group, 0, String.valueOf(runId), null);
        assertThat(begun.get(60, TimeUnit.SECONDS).runId()).isEqualTo(runId);
        assertThat(core.store().runs().latest(group.key())).isPresent();
    }

    @Test
    void aGroupThatIsDeletedMeanwhileLeavesNoRunBehind() throws Exception {
        Group group = readyGroup();
        database.holdUntil(answers);
        CompletableFuture<Run> begun = begin(group);
        CompletableFuture<Boolean> deleted = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                core.supervisor().delete(7);
                deleted.complete(true);
            } catch (Exception e) {
                deleted.completeExceptionally(e);
            }
        });
        Eventually.await(
                "the group ends", () -> holds(group, seen -> !seen.state().isLive()), ending -> ending);

        answers.countDown();
        assertThat(begun)
                .failsWithin(Duration.ofMinutes(1))
                .withThrowableThat()
                .withCauseInstanceOf(RequestRefusedException.class)
                .withMessageContaining("has ended");
        assertThat(deleted.get(60, TimeUnit.SECONDS)).isTrue();
        core.store().flush();
        assertThat(core.store().runs().newest(7L, 10, 0))
                .extracting(RunStore.RunRow::state)
                .containsExactly(RunState.FAILED.name());
        core.clients().creation().create(7, JsonFormat.mapper().readValue("{\"num_clients\":1}", GroupRequest.class));
    }
}
