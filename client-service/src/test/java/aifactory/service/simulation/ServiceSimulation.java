package aifactory.service.simulation;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.RequestRefusedException;
import aifactory.service.dispatch.slurm.SimulatedSlurmDispatcher;
import aifactory.service.persistence.BatchStore;
import aifactory.service.persistence.RunStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.slurm.JobId;
import aifactory.slurm.simulation.ControllerMode;
import aifactory.slurm.simulation.SubmissionFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The whole service behind its HTTP layer, its clients, its Slurm, its disk and its network, on one thread in virtual
 * time, all drawn from one seed. An operator works with it while everything fails now and then; then all is mended, and
 * what must always hold is checked:
 *
 * <ul>
 * <li>nothing that was acknowledged is lost, and nothing is counted twice;
 * <li>no job is left in Slurm when every group was deleted;
 * <li>no group and no run is stuck.
 * </ul>
 */
final class ServiceSimulation {
    private static final int NODES = 6;
    private static final List<SubmissionFault> FAULTS = List.of(SubmissionFault.values());
    private static final Duration TROUBLE = Duration.ofMinutes(6);
    private static final Duration PATIENCE = Duration.ofMinutes(45);
    private static final int MOST_GROUPS = 3;

    private final long seed;
    private final SplittableRandom random;
    /** From one misfortune to the next, at most; some seeds are calmer than others. */
    private final int mostCalmMillis;

    private final SimulatedThreads threads;
    private final Ledger ledger = new Ledger();
    private final SimulatedNetwork network;
    private final SimulatedDisk disk;
    private final SimulatedCluster cluster;
    private final SimulatedService service;
    private final SimulatedThreads.SimulatedProcess operator;
    private final List<String> events = new ArrayList<>();
    private @Nullable Throwable failure;

    /** What a simulation did, as evidence that it did anything. */
    record Outcome(
            long seed, long steps, int starts, long acknowledgedBatches, int runsWithResult, List<String> events) {}

    /**
     * @param directory empty or missing; the service's directories are made in it
     * @param disk is reset
     */
    ServiceSimulation(long seed, Path directory, SimulatedDisk disk) throws StorageException {
        this.seed = seed;
        this.disk = disk;
        this.random = new SplittableRandom(seed);
        this.mostCalmMillis = 4_000 << random.nextInt(5);
        this.threads = new SimulatedThreads(random.split());
        this.network = new SimulatedNetwork(random.split());
        disk.begin(random.split());
        this.cluster = new SimulatedCluster(threads, random.split(), ledger);
        this.service = new SimulatedService(
                threads,
                network,
                disk,
                random.split(),
                directory,
                process ->
                        SimulatedSlurmDispatcher.start(cluster.slurm(), directory.resolve("shared"), process, threads));
        this.operator = threads.process("operator");
        threads.onTime(cluster::keepTime);
        threads.onFailure(this::failed);
        cluster.begin(service);
    }

    private void failed(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    /**
     * Runs it.
     *
     * @throws AssertionError names the seed and what does not hold
     */
    Outcome run() {
        service.start();
        mustBecome("the service serves", service::isServing);
        operator.start("operator", this::operate);
        long end = threads.nanoTime() + TROUBLE.toNanos();
        while (threads.nanoTime() < end) {
            threads.run(Duration.ofMillis(500 + random.nextInt(mostCalmMillis)));
            check("during the fault");
            misfortune();
        }
        mend();
        mustBecome("the operator is done", () -> operatorDone);
        operator.start("cleaner", this::deleteAll);
        mustBecome("every group is deleted", () -> cleaned);
        mustBecome("no job is left in Slurm", () -> cluster.openJobs().isEmpty());
        int results = checkResults();
        service.kill();
        return new Outcome(
                seed, threads.steps(), service.starts(), ledger.acknowledgedBatches(), results, List.copyOf(events));
    }

    private boolean operatorDone;
    private boolean cleaned;

    private void mustBecome(String what, java.util.function.BooleanSupplier condition) {
        boolean holds = threads.run(PATIENCE, () -> failure != null || condition.getAsBoolean());
        check("while waiting: " + what);
        if (!holds) {
            throw new AssertionError("seed " + seed + ": not within " + PATIENCE.toMinutes() + " min: " + what
                    + "; groups " + groups() + ", jobs " + cluster.openJobs() + tail());
        }
    }

    private void check(String when) {
        if (failure != null) {
            throw new AssertionError("seed " + seed + ", " + when + ": " + failure + tail(), failure);
        }
    }

    private String tail() {
        return "\n  " + String.join("\n  ", events.subList(Math.max(0, events.size() - 40), events.size()));
    }

    private String groups() {
        if (!service.isServing()) {
            return "(the service is away)";
        }
        return service.core().clients().all().stream()
                .map(group -> group.benchmarkId() + " " + group.state() + " ending=" + group.isEnding() + " job "
                        + group.job().jobId() + " " + group.job())
                .toList()
                .toString();
    }

    private void event(String what) {
        events.add("%.1f s: %s".formatted(threads.nanoTime() / 1e9, what));
    }

    // What the operator does.

    private void operate() {
        try {
            long end = threads.nanoTime() + TROUBLE.toNanos();
            while (threads.nanoTime() < end) {
                operator.sleep(Duration.ofMillis(200 + random.nextInt(8_000)));
                long id = 1L + random.nextInt(MOST_GROUPS);
                boolean exists = service.isServing() && service.core().clients().find(id) != null;
                switch (exists ? 1 + random.nextInt(10) : 0) {
                    case 0 -> attempt("create " + id, () -> service.create(operator, id, groupRequest()));
                    case 1, 2, 3, 4, 5, 6, 7 -> {
                        boolean whenReady = random.nextBoolean();
                        attempt("run " + id, () -> service.begin(operator, id, workload(), whenReady));
                    }
                    case 8 ->
                        attempt("stop " + id, () -> {
                            service.stop(operator, id);
                            return id;
                        });
                    default -> {
                        if (random.nextInt(3) == 0) {
                            attempt("delete " + id, () -> {
                                service.delete(operator, id);
                                return id;
                            });
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        operatorDone = true;
    }

    private void deleteAll() {
        try {
            for (long id = 1; id <= MOST_GROUPS; id++) {
                deleteUntilGone(id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cleaned = true;
    }

    private void deleteUntilGone(long id) throws InterruptedException {
        while (service.core().clients().find(id) != null) {
            attempt("delete " + id, () -> {
                service.delete(operator, id);
                return id;
            });
            operator.sleep(Duration.ofSeconds(5));
        }
    }

    private void attempt(String what, SimulatedNetwork.Handler<?> action) throws InterruptedException {
        try {
            Object answer = action.handle();
            event(what + ": " + (answer instanceof aifactory.protocol.RunView run ? run.runId() : "done"));
        } catch (RequestRefusedException e) {
            event(what + ": " + e.status() + " " + e.detail());
        } catch (StorageException | SimulatedNetwork.NoResponseException e) {
            event(what + ": " + e.getMessage());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            failed(new IllegalStateException(what, e));
        }
    }

    private GroupRequest groupRequest() {
        int clients = 1 + random.nextInt(2);
        return JsonFormat.mapper()
                .readValue(
                        JsonFormat.mapper()
                                .writeValueAsString(Map.of(
                                        "num_clients",
                                        clients,
                                        "min_clients",
                                        1 + random.nextInt(clients),
                                        "time_limit",
                                        3 + random.nextInt(10))),
                        GroupRequest.class);
    }

    private WorkloadRequest workload() {
        return JsonFormat.mapper()
                .readValue(
                        "{\"concurrency\": 4, \"timeout\": \"20s\", \"duration\": \"" + (1 + random.nextInt(15))
                                + "s\"}",
                        WorkloadRequest.class);
    }

    // What goes wrong.

    private void misfortune() {
        switch (random.nextInt(12)) {
            case 0, 1 -> {
                event("the service is killed");
                service.kill();
                threads.run(Duration.ofMillis(random.nextInt(20_000)));
                event("the service is started");
                service.start();
            }
            case 2 -> {
                double failed = random.nextInt(3) * 0.3;
                double ambiguous = random.nextInt(3) * 0.2;
                event("commits fail: %.1f, in doubt: %.1f".formatted(failed, ambiguous));
                disk.set(failed, ambiguous);
            }
            case 3 -> {
                double loss = random.nextInt(4) * 0.1;
                event("messages are lost: %.1f".formatted(loss));
                network.lose(loss);
            }
            case 4 -> {
                boolean partitioned = random.nextBoolean();
                event("network " + (partitioned ? "partitioned" : "whole"));
                network.partition(partitioned);
            }
            case 5 -> {
                ControllerMode mode = List.of(ControllerMode.UP, ControllerMode.DOWN, ControllerMode.GARBAGE)
                        .get(random.nextInt(3));
                event("slurmctld is " + mode);
                cluster.slurm().controller(mode);
            }
            case 6 -> {
                boolean down = random.nextBoolean();
                event("accounting is " + (down ? "down" : "up"));
                cluster.slurm().accountingDown(down);
            }
            case 7 -> {
                SubmissionFault fault = FAULTS.get(random.nextInt(FAULTS.size()));
                event("the next submission: " + fault);
                cluster.slurm().failSubmissions(fault);
            }
            case 8 -> {
                String node = "node%03d".formatted(1 + random.nextInt(NODES));
                event(node + " fails");
                cluster.slurm().failNode(node);
            }
            case 9 -> {
                List<Long> open = cluster.openJobs();
                if (!open.isEmpty()) {
                    long job = open.get(random.nextInt(open.size()));
                    event("job " + job + " is preempted");
                    cluster.slurm().preempt(new JobId(job));
                }
            }
            default -> mendSome();
        }
    }

    private void mendSome() {
        network.partition(false);
        disk.set(0, 0);
        cluster.slurm().controller(ControllerMode.UP);
    }

    private void mend() {
        event("everything is mended");
        network.partition(false);
        network.lose(0);
        disk.set(0, 0);
        cluster.slurm().controller(ControllerMode.UP);
        cluster.slurm().accountingDown(false);
        for (int node = 1; node <= NODES; node++) {
            cluster.slurm().repairNode("node%03d".formatted(node));
        }
    }

    // What must hold.

    /** How many runs have a result. */
    private int checkResults() {
        int results = 0;
        try {
            StateStore store = service.core().store();
            for (RunStore.RunRow run : store.runs().newest(null, 10_000, 0)) {
                if (!RunState.valueOf(run.state()).isTerminal()) {
                    throw new AssertionError(
                            "seed " + seed + ": run " + run.runId() + " is stuck as " + run.state() + tail());
                }
                results += checkResult(store, run) ? 1 : 0;
            }
            for (Map.Entry<Ledger.Part, Long> part : ledger.acknowledged().entrySet()) {
                long durable = store.batches()
                        .last(part.getKey().runId(), part.getKey().clientId())
                        .orElse(-1L);
                if (durable < part.getValue()) {
                    throw new AssertionError("seed " + seed + ": " + part.getKey() + ": batch " + part.getValue()
                            + " was acknowledged, and the last that is stored is " + durable + tail());
                }
            }
        } catch (StorageException e) {
            throw new AssertionError("seed " + seed + ": the state cannot be read", e);
        }
        return results;
    }

    private boolean checkResult(StateStore store, RunStore.RunRow run) throws StorageException {
        var result = service.core().results().result(run.runId());
        long expected = 0;
        Map<Integer, Long> last = new java.util.TreeMap<>();
        for (BatchStore.BatchRow batch : store.batches().of(run.runId())) {
            last.merge(batch.clientId(), batch.sequence(), Math::max);
        }
        for (Map.Entry<Integer, Long> client : last.entrySet()) {
            expected += ledger.requestsUpTo(run.runId(), client.getKey(), client.getValue());
        }
        if (result.isEmpty()) {
            if (expected > 0) {
                throw new AssertionError("seed " + seed + ": run " + run.runId() + " (" + run.state() + ") has stored "
                        + expected + " requests and no result" + tail());
            }
            return false;
        }
        long counted = result.get().summary().requests().completed();
        if (counted != expected) {
            throw new AssertionError("seed " + seed + ": run " + run.runId() + " counts " + counted
                    + " requests, its stored batches hold " + expected + tail());
        }
        return true;
    }
}
