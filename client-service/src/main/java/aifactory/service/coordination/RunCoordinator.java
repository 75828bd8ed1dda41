package aifactory.service.coordination;

import aifactory.protocol.BatchMessage;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServicePolicy;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.HexText;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchConflict;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunMoments;
import aifactory.service.runs.RunPart;
import aifactory.service.runs.RunPlan;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads the clients of a group through a run: prepare, start together at T0, deliver, end. Every step is durable, so that a
 * service that starts anew goes on where the last one was. Thread-safe.
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

    public RunCoordinator(
            ClientServiceConfiguration configuration,
            ServiceClock clock,
            RandomGenerator random,
            StateStore store,
            Journal journal,
            ClientManager clients,
            RunResults results) {
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

    /** Takes up the run that a group was at, with everything that was measured so far. */
    public void restore(Group group) throws StorageException {
        StateStore.RunRow row = store.latestRun(group.key()).orElse(null);
        if (row == null || RunState.valueOf(row.state()).isTerminal()) {
            return;
        }
        group.lock().lock();
        try {
            Run run = new Run(
                    row.runId(),
                    row.benchmarkId(),
                    row.createdAt(),
                    JsonFormat.mapper().readValue(row.plan(), RunPlan.class),
                    RunState.valueOf(row.state()),
                    group.lock().newCondition());
            run.setMoments(JsonFormat.mapper().readValue(row.progress(), RunMoments.class));
            for (StateStore.PartRow stored : store.parts(row.runId())) {
                RunPart part = run.part(stored.clientId());
                if (part != null) {
                    part.restore(JsonFormat.mapper().readValue(stored.part(), RunPart.Stored.class));
                }
            }
            for (StateStore.BatchRow batch : store.batches(row.runId())) {
                RunPart part = run.part(batch.clientId());
                if (part != null) {
                    BatchIntake.count(
                            run,
                            part,
                            BatchCodec.decodeStored(store.batchBody(row.runId(), batch.clientId(), batch.sequence())));
                }
            }
            group.setCurrentRun(run, clock.monotonicNanos());
            start.resume(group, run);
            if (run.moments().stopCause() != null) {
                transitions.orderStop(group, run);
            }
            LOG.info("run {}: taken up again, {}", run.runId(), run.state());
        } finally {
            group.lock().unlock();
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
        Map<String, Object> server = targets.isEmpty() ? Map.of() : AiServerProbe.ask(targets.getFirst());
        Run run;
        group.lock().lock();
        try {
            checkAdmission(group, request, whenReady);
            run = new Run(
                    "r" + HexText.random(random, 8),
                    group.benchmarkId(),
                    clock.epochMillis(),
                    new RunPlan(request, null, clients.targets().of(group), "", List.of(), 0, 0),
                    RunState.QUEUED,
                    group.lock().newCondition());
            store.insertRun(
                    new StateStore.RunRow(
                            run.runId(),
                            group.key(),
                            group.benchmarkId(),
                            run.state().name(),
                            RunTransitions.json(run.plan()),
                            RunTransitions.json(run.moments()),
                            run.createdAtMillis()),
                    journal.run(group.benchmarkId(), run.runId(), "queued", null));
            group.setCurrentRun(run, clock.monotonicNanos());
            if (group.state() == GroupState.READY) {
                start.arm(group, run, server);
                start.awaitArmed(run);
            }
        } finally {
            group.lock().unlock();
        }
        store.flush();
        return run;
    }

    private List<String> targets(Group group) {
        group.lock().lock();
        try {
            return clients.targets().of(group);
        } finally {
            group.lock().unlock();
        }
    }

    /** Asked before the AI server is, which may take seconds, and again after it. */
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
     * @param body as it came, compressed
     * @return the number up to which the client's batches are durable
     * @throws BatchConflict when the batch does not follow the last durable one
     */
    public long deliver(Group group, int clientId, BatchMessage batch, byte[] body)
            throws StorageException, InterruptedException, BatchConflict {
        return batches.deliver(group, clientId, batch, body);
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
