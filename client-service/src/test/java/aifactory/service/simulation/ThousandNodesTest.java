package aifactory.service.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.protocol.RunView;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.dispatch.slurm.SimulatedSlurmDispatcher;
import aifactory.service.groups.Group;
import aifactory.service.persistence.StorageException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job of a thousand nodes, of which 5 % start late and 2 % never do, in virtual time. */
final class ThousandNodesTest {
    private static final int NODES = 1_000;
    private static final int DEAD = 20;
    private static final Duration LATE = Duration.ofSeconds(12);
    private static final long SEED = 23;

    @TempDir
    Path directory = Path.of("");

    private final List<Throwable> failures = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final SimulatedThreads threads = new SimulatedThreads(random.split());

    /** Every 50th is dead, every 20th of the others is late. */
    private static @Nullable Duration delay(int number) {
        if (number % 50 == 7) {
            return null;
        }
        return number % 20 == 3 ? LATE.plusMillis(number) : Duration.ZERO;
    }

    @Test
    void itRunsWithTheClientsThatAreThere() throws Exception {
        threads.onFailure(failures::add);
        SimulatedNetwork network = new SimulatedNetwork(random.split());
        Ledger ledger = new Ledger();
        SimulatedCluster cluster =
                new SimulatedCluster(threads, random.split(), ledger, NODES, ThousandNodesTest::delay);
        threads.onTime(cluster::keepTime);
        try (SimulatedDisk disk = new SimulatedDisk(directory.resolve("disk"))) {
            disk.begin(random.split());
            SimulatedService service = new SimulatedService(
                    threads,
                    network,
                    disk,
                    random.split(),
                    directory,
                    process -> SimulatedSlurmDispatcher.start(
                            cluster.slurm(), directory.resolve("shared"), process, threads));
            cluster.begin(service);
            service.start();
            await("the service serves", service::isServing);
            SimulatedThreads.SimulatedProcess operator = threads.process("operator");
            RunView[] run = new RunView[1];
            operator.start("operator", () -> {
                try {
                    service.create(operator, 1, request());
                    run[0] = service.begin(operator, 1, workload(), true);
                } catch (Exception e) {
                    failures.add(e);
                }
            });
            await("the clients on time are there", () -> registered(service) >= NODES - DEAD - NODES / 20);
            assertThat(service.core().clients().require(1).state()).isEqualTo(GroupState.STARTING);
            await("the late clients are there", () -> registered(service) == NODES - DEAD);
            await(
                    "the run has a result",
                    () -> run[0] != null && result(service, run[0]).isPresent());
            RunSummary.Clients clients =
                    result(service, run[0]).orElseThrow().summary().clients();
            assertThat(clients.reported()).isEqualTo(NODES - DEAD);
            assertThat(clients.absent()).isEqualTo(DEAD);
            assertThat(clients.lost()).isEmpty();
            GroupInfo info = service.core().clients().require(1).info();
            assertThat(info.registered()).isEqualTo(NODES - DEAD);
            assertThat(info.jobState()).isEqualTo("RUNNING");
            assertThat(cluster.slurm().counts().getOrDefault("squeue", 0))
                    .as("questions to Slurm, independent of the number of nodes")
                    .isLessThan(60);
            assertThat(ledger.acknowledged()).hasSizeGreaterThanOrEqualTo(NODES - DEAD - NODES / 20);
            operator.start("operator", () -> {
                try {
                    service.delete(operator, 1);
                } catch (Exception e) {
                    failures.add(e);
                }
            });
            await("the job has ended", () -> cluster.openJobs().isEmpty());
            service.kill();
        }
    }

    private static Optional<RunResult> result(SimulatedService service, RunView run) {
        try {
            return service.core().results().result(run.runId());
        } catch (StorageException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int registered(SimulatedService service) {
        Group group = service.core().clients().find(1);
        return group == null ? 0 : group.info().registered();
    }

    private void await(String what, BooleanSupplier condition) {
        boolean holds = threads.run(Duration.ofMinutes(10), () -> !failures.isEmpty() || condition.getAsBoolean());
        assertThat(failures).as("%s, seed %d", what, SEED).isEmpty();
        assertThat(holds).as("%s, seed %d", what, SEED).isTrue();
    }

    private static GroupRequest request() {
        return read(Map.of("num_clients", NODES, "min_clients", NODES - DEAD, "time_limit", 10), GroupRequest.class);
    }

    private static WorkloadRequest workload() {
        return read(Map.of("concurrency", 2 * NODES, "duration", "3s", "timeout", "20s"), WorkloadRequest.class);
    }

    private static <T> T read(Map<String, Object> body, Class<T> type) {
        return JsonFormat.mapper().readValue(JsonFormat.mapper().writeValueAsString(body), type);
    }
}
