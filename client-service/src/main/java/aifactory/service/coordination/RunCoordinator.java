package aifactory.service.coordination;

import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServerProbe;
import aifactory.service.ServiceClock;
import aifactory.service.ServicePolicy;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.HexText;
import aifactory.service.persistence.BatchStore;
import aifactory.service.persistence.RunStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchConflict;
import aifactory.service.runs.CheckedBatch;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunMoments;
import aifactory.service.runs.RunPart;
import aifactory.service.runs.RunPlan;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads the clients of a group through a run: prepare, start together at T0, deliver, end. Every step is durable, so
 * that a restarted service resumes where the previous process was. Thread-safe.
 */
public final class RunCoordinator {
    private static final Logger LOG = LoggerFactory.getLogger(RunCoordinator.class);

    private final ServicePolicy.ClientLoss onClientLoss;
    private final ClientManager clients;
    private final ServiceClock clock;
    private final RandomGenerator random;
    private final StateStore store;
    private final Journal journal;
    private final RunAdmission admission;
    private final RunTransitions transitions;
    private final RunStart start;
    private final RunEnding ending;
    private final BatchIntake batches;
    private final ServerProbe probe;

    public RunCoordinator(
            ClientServiceConfiguration configuration,
            ServiceClock clock,
            RandomGenerator random,
            StateStore store,
            Journal journal,
            ClientManager clients,
            RunResults results,
            ServerProbe probe) {
        this.probe = probe;
        this.onClientLoss = configuration.policy().onClientLoss();
        this.clients = clients;
        this.clock = clock;
        this.random = random;
        this.store = store;
        this.journal = journal;
        this.admission = new RunAdmission(configuration.timings(), clock);
        this.transitions = new RunTransitions(store, journal, clock, clients);
        this.start = new RunStart(configuration.timings(), clock, clients, admission, transitions);
        this.ending = new RunEnding(configuration.timings(), clock, results, transitions);
        this.batches = new BatchIntake(store, clock, clients, ending);
    }

    /** Removes runs that a previous process stored without acknowledging them: they count as refused. */
    public void removeUnacknowledged() throws StorageException {
        for (RunStore.RunRow row : store.runs().unacknowledged()) {
            LOG.warn("run {}: removed, since its request was not acknowledged", row.runId());
            store.runs()
                    .removeUnacknowledged(
                            row.runId(),
                            journal.run(
                                    row.benchmarkId(),
                                    row.runId(),
                                    "given up",
                                    "the service ended before it was acknowledged"));
        }
    }

    /**
     * Restores the active run of a group, with everything that was measured so far. An unreadable run is set aside: it
     * has ended, its stored data is not changed, and the group continues.
     */
    public void restore(Group group) throws StorageException {
        RunStore.RunRow row = store.runs().latest(group.key()).orElse(null);
        if (row == null) {
            return;
        }
        group.lock().lock();
        try {
            if (!RunState.valueOf(row.state()).isTerminal()) {
                restore(group, row);
            }
        } catch (RuntimeException e) {
            LOG.error(
                    "run {} of group {} cannot be read and is set aside: {}",
                    row.runId(),
                    group.benchmarkId(),
                    e.getMessage(),
                    e);
            group.setCurrentRun(null, clock.monotonicNanos());
            store.runs()
                    .setAside(
                            row.runId(),
                            journal.run(
                                    group.benchmarkId(),
                                    row.runId(),
                                    "set aside",
                                    "it cannot be read: " + e.getMessage()));
        } finally {
            group.lock().unlock();
        }
    }

    private void restore(Group group, RunStore.RunRow row) throws StorageException {
        Run run = new Run(
                row.runId(),
                row.benchmarkId(),
                row.createdAt(),
                JsonFormat.mapper().readValue(row.plan(), RunPlan.class),
                RunState.valueOf(row.state()),
                group.lock().newCondition());
        run.setMoments(Objects.requireNonNull(JsonFormat.mapper().readValue(row.progress(), RunMoments.class)));
        if (run.state() != RunState.QUEUED) {
            run.specification();
        }
        for (RunPart part : run.parts()) {
            ClientManager.requireClient(group, part.client());
        }
        restoreParts(run);
        for (BatchStore.BatchRow batch : store.batches().of(row.runId())) {
            RunPart part = run.part(batch.clientId());
            if (part != null) {
                BatchIntake.countOrSetAside(
                        run,
                        part,
                        batch.sequence(),
                        () -> BatchCodec.decodeStored(
                                store.batches().body(row.runId(), batch.clientId(), batch.sequence())));
            }
        }
        group.setCurrentRun(run, clock.monotonicNanos());
        start.resume(group, run);
        if (run.moments().stopCause() != null) {
            transitions.orderStop(group, run);
        }
        // Queries about the run can be answered.
        run.view(clock.epochNanos());
        LOG.info("run {}: restored, {}", run.runId(), run.state());
    }

    private void restoreParts(Run run) throws StorageException {
        for (RunStore.PartRow stored : store.runs().parts(run.runId())) {
            RunPart part = run.part(stored.clientId());
            if (part == null) {
                continue;
            }
            try {
                part.restore(
                        Objects.requireNonNull(JsonFormat.mapper().readValue(stored.part(), RunPart.Stored.class)));
            } catch (RuntimeException e) {
                String words = "the stored data of client " + stored.clientId() + " cannot be read: " + e.getMessage();
                LOG.error("run {}: {}; it is set aside", run.runId(), words);
                run.setAside(words);
                // Nothing is known of how it went: what it delivers is still taken.
                part.answer(null);
            }
        }
    }

    /**
     * Begins a run and waits until its clients are ready for it.
     *
     * @param whenReady whether it may wait for its group to become ready
     */
    public Run begin(Group group, WorkloadRequest request, boolean whenReady)
            throws StorageException, InterruptedException {
        checkAdmission(group, request, whenReady);
        List<String> targets = targets(group);
        Map<String, Object> server = probe.ask(targets, request);
        Run run = announce(group, request, whenReady);
        boolean stored = false;
        try {
            // Without the group's lock: the group can be shown and deleted while the database hangs.
            store.runs().insert(row(group, run), journal.run(group.benchmarkId(), run.runId(), "queued", null));
            stored = true;
        } finally {
            if (!stored) {
                notStored(group);
            }
        }
        take(group, run, whenReady, server);
        try {
            store.flush();
        } catch (StorageException e) {
            throw new StorageException("run " + run.runId() + ": " + e.getMessage(), e);
        }
        return run;
    }

    /** From here on there is no other run of the group until this one is stored, or is not. */
    private Run announce(Group group, WorkloadRequest request, boolean whenReady) {
        group.lock().lock();
        try {
            checkAdmission(group, request, whenReady);
            group.setRunStoring(true);
            return new Run(
                    "r" + HexText.random(random, 8),
                    group.benchmarkId(),
                    clock.epochMillis(),
                    new RunPlan(request, null, clients.targets().of(group), "", List.of(), 0, 0),
                    RunState.QUEUED,
                    group.lock().newCondition());
        } finally {
            group.lock().unlock();
        }
    }

    private static RunStore.RunRow row(Group group, Run run) {
        return new RunStore.RunRow(
                run.runId(),
                group.key(),
                group.benchmarkId(),
                run.state().name(),
                RunTransitions.json(run.plan()),
                RunTransitions.json(run.moments()),
                run.createdAtMillis());
    }

    private static void notStored(Group group) {
        group.lock().lock();
        try {
            group.setRunStoring(false);
        } finally {
            group.lock().unlock();
        }
    }

    /**
     * The run is stored: its group takes it, unless it has ended or lost its clients meanwhile. Waits for the barrier.
     */
    private void take(Group group, Run run, boolean whenReady, Map<String, Object> server) throws InterruptedException {
        group.lock().lock();
        try {
            group.setRunStoring(false);
            try {
                checkAdmission(group, run.plan().request(), whenReady);
                group.setCurrentRun(run, clock.monotonicNanos());
                if (group.state() == GroupState.READY) {
                    start.arm(group, run, server);
                } else {
                    store.runs().acknowledge(run.runId());
                }
            } catch (RequestRefusedException e) {
                transitions.endedEmpty(group, run, RunState.FAILED, e.detail());
                throw e;
            }
            if (run.state() == RunState.ARMING) {
                start.awaitArmed(group, run);
            }
        } finally {
            group.lock().unlock();
        }
    }

    private List<String> targets(Group group) {
        group.lock().lock();
        try {
            return clients.targets().of(group);
        } finally {
            group.lock().unlock();
        }
    }

    /** Asked before the AI server is, which may take seconds, again after it, and once more when the run is stored. */
    private void checkAdmission(Group group, WorkloadRequest request, boolean whenReady) {
        group.lock().lock();
        try {
            admission.checkFree(group);
            if (!whenReady) {
                admission.checkReady(group);
            }
            admission.specification(group, request);
        } finally {
            group.lock().unlock();
        }
    }

    /** A client's answer to the order to prepare. */
    public void armed(Group group, int clientId, String runId, @Nullable String error)
            throws StorageException, InterruptedException {
        group.lock().lock();
        try {
            start.armed(group, clientId, runId, error);
        } finally {
            group.lock().unlock();
        }
        store.flush();
    }

    /**
     * A client's batch: stored, then counted.
     *
     * @return the number up to which the client's batches are durable
     * @throws BatchConflict when the batch does not follow the last durable one
     */
    public long deliver(Group group, int clientId, CheckedBatch batch)
            throws StorageException, InterruptedException, BatchConflict {
        return batches.deliver(group, clientId, batch);
    }

    /** Ends the run before its time; what was measured is kept. */
    public Run stop(Group group, String cause) throws StorageException, InterruptedException {
        Run run;
        group.lock().lock();
        try {
            run = ending.stop(group, cause);
        } finally {
            group.lock().unlock();
        }
        store.flush();
        return run;
    }

    /** No server is left to measure: the run ends, and what was measured is kept. The caller holds the group's lock. */
    void stopForServers(Group group, String cause) {
        ending.stop(group, cause);
    }

    /** The client will not deliver any more. The caller holds the group's lock. */
    public void clientLost(Group group, int clientId) {
        Run run = group.currentRun();
        RunPart part = run == null ? null : run.part(clientId);
        if (run == null || part == null || part.isOver()) {
            return;
        }
        part.lose();
        transitions.storePart(run, part);
        if (run.state() == RunState.ARMING) {
            start.proceed(group, run);
        } else {
            if (onClientLoss == ServicePolicy.ClientLoss.STOP && run.state() == RunState.RUNNING && !run.isOver()) {
                ending.stop(group, group.clients().get(clientId).name() + " was lost");
            }
            ending.finishIfOver(group, run);
        }
    }

    /** Looks at the deadlines of the group's run. The caller holds the group's lock. */
    public void supervise(Group group) {
        Run run = group.currentRun();
        if (run == null) {
            return;
        }
        for (RunPart part : run.parts()) {
            if (group.clients().get(part.client()).isLost()) {
                clientLost(group, part.client());
            }
        }
        switch (run.state()) {
            case QUEUED -> superviseQueued(group, run);
            case ARMING -> start.supervise(group, run);
            case RUNNING, DRAINING -> ending.supervise(group, run);
            case COMPLETED, INCOMPLETE, INVALID, STOPPED, FAILED -> transitions.leave(group);
        }
    }

    private void superviseQueued(Group group, Run run) {
        if (!group.state().isLive()) {
            transitions.endedEmpty(group, run, RunState.FAILED, "the group ended before it was ready");
        } else if (group.state() == GroupState.READY) {
            try {
                start.arm(group, run, Map.of());
            } catch (RequestRefusedException e) {
                transitions.endedEmpty(group, run, RunState.FAILED, e.detail());
            }
        }
    }
}
