package aifactory.service.coordination;

import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.GroupState;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.groups.HexText;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchConflict;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunMoments;
import aifactory.service.runs.RunPart;
import aifactory.service.runs.RunPlan;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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

    private final ClientServiceConfiguration configuration;
    private final ServiceClock clock;
    private final RandomGenerator random;
    private final StateStore store;
    private final Journal journal;
    private final ClientManager clients;
    private final RunResults results;

    public RunCoordinator(
            ClientServiceConfiguration configuration,
            ServiceClock clock,
            RandomGenerator random,
            StateStore store,
            Journal journal,
            ClientManager clients,
            RunResults results) {
        this.configuration = configuration;
        this.clock = clock;
        this.random = random;
        this.store = store;
        this.journal = journal;
        this.clients = clients;
        this.results = results;
    }

    /** Takes up the run that a group was at, with everything that was measured so far. */
    public void restore(Group group) throws StorageException {
        StateStore.RunRow row = store.latestRun(group.key()).orElse(null);
        if (row == null || RunState.valueOf(row.state()).isTerminal()) {
            return;
        }
        group.lock().lock();
        try {
            RunPlan plan = JsonFormat.mapper().readValue(row.plan(), RunPlan.class);
            Run run = new Run(
                    row.runId(),
                    row.benchmarkId(),
                    row.createdAt(),
                    plan,
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
                    add(run, part, BatchCodec.decodeStored(store.batchBody(batch.rowid())));
                }
            }
            group.setCurrentRun(run, clock.monotonicNanos());
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
        Map<String, Object> server =
                AiServerProbe.ask(group.definition().aiServers().getFirst());
        group.lock().lock();
        try {
            checkFree(group);
            boolean ready = group.state() == GroupState.READY;
            if (!ready && !whenReady) {
                throw RequestRefusedException.conflict("group " + group.benchmarkId() + " is not ready: "
                        + group.liveClients().size() + " of "
                        + group.definition().numClients()
                        + " clients are there; wait for it, or ask with ?when=ready");
            }
            validate(group, request);
            Run run = new Run(
                    "r" + HexText.random(random, 8),
                    group.benchmarkId(),
                    clock.epochMillis(),
                    new RunPlan(request, null, group.definition().aiServers(), "", List.of(), 0, 0),
                    RunState.QUEUED,
                    group.lock().newCondition());
            store.insertRun(
                    new StateStore.RunRow(
                            run.runId(),
                            group.key(),
                            group.benchmarkId(),
                            run.state().name(),
                            json(run.plan()),
                            json(run.moments()),
                            run.createdAtMillis()),
                    journal.run(group.benchmarkId(), run.runId(), "queued", null));
            group.setCurrentRun(run, clock.monotonicNanos());
            if (ready) {
                arm(group, run, server);
                awaitArmed(run);
            }
            return run;
        } finally {
            group.lock().unlock();
        }
    }

    private static void checkFree(Group group) {
        Run current = group.currentRun();
        if (current != null) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " is at run " + current.runId()
                    + " (" + lower(current.state()) + "); wait for it or stop it");
        }
        if (group.state().isTerminal() || group.state() == GroupState.ENDING) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " has ended ("
                    + group.state().name().toLowerCase(Locale.ROOT) + "); create another");
        }
    }

    private WorkloadSpecification validate(Group group, WorkloadRequest request) {
        Duration left = remaining(group);
        try {
            int participants = Math.max(1, group.liveClients().size());
            WorkloadSpecification specification = request.toSpecification(participants, left);
            checkFits(group, specification, left);
            return specification;
        } catch (InvalidWorkloadException e) {
            WorkloadProblem first = e.problems().getFirst();
            throw RequestRefusedException.invalid(first.field(), String.valueOf(e.getMessage()));
        }
    }

    /** What is left of the allocation less the drain; null where nothing limits it. */
    private @Nullable Duration remaining(Group group) {
        Long endsAt = group.job().endsAtMillis();
        if (endsAt == null) {
            return Duration.ofMinutes(group.definition().timeLimitMinutes())
                    .minus(configuration.timings().drain());
        }
        return Duration.ofMillis(endsAt - clock.epochMillis())
                .minus(configuration.timings().drain());
    }

    private void checkFits(Group group, WorkloadSpecification specification, @Nullable Duration left) {
        Duration planned = Run.plannedDuration(specification);
        if (left == null) {
            return;
        }
        if (planned == null ? left.isNegative() : planned.compareTo(left) > 0) {
            long drain = configuration.timings().drain().toSeconds();
            throw RequestRefusedException.conflict("the run does not fit: it takes "
                    + (planned == null ? "some" : planned.toSeconds()) + " s, and of group " + group.benchmarkId()
                    + "'s allocation " + (left.toSeconds() + drain) + " s are left, less " + drain
                    + " s to deliver: " + left.toSeconds()
                    + " s; shorten the run or create a group with a longer time_limit");
        }
    }

    /** Orders the clients that are there to prepare. The caller holds the group's lock. */
    private void arm(Group group, Run run, Map<String, Object> server) {
        List<GroupClient> participants = group.liveClients();
        WorkloadSpecification specification = validate(group, run.plan().request());
        run.begin(new RunPlan(
                run.plan().request(),
                specification,
                run.plan().targets(),
                run.runId(),
                participants.stream().map(GroupClient::id).toList(),
                group.definition().numClients(),
                participants.size()));
        run.setMoments(run.moments().arming(clock.epochMillis(), server));
        transition(group, run, RunState.ARMING, participants.size() + " clients prepare");
        for (int share = 0; share < participants.size(); share++) {
            GroupClient client = participants.get(share);
            clients.order(
                    group,
                    client,
                    new ClientCommand(
                            client.nextSequence(),
                            ClientCommand.Kind.PREPARE,
                            run.runId(),
                            run.plan().salt(),
                            specification,
                            run.plan().targets(),
                            new ClientCommand.Share(share, participants.size()),
                            null));
        }
        clients.updateReadiness(group);
    }

    /** The caller holds the group's lock, which is let go while waiting. */
    private void awaitArmed(Run run) throws InterruptedException {
        long left = configuration.timings().arm().toNanos() * 2;
        while (run.state() == RunState.ARMING && left > 0) {
            left = run.changed().awaitNanos(left);
        }
        if (run.state() == RunState.FAILED) {
            throw RequestRefusedException.conflict(
                    "run " + run.runId() + " did not begin: " + run.moments().detail());
        }
    }

    /** A client's answer to the order to prepare. */
    public void armed(Group group, int clientId, String runId, @Nullable String error) {
        group.lock().lock();
        try {
            GroupClient client = ClientManager.requireClient(group, clientId);
            clients.heard(client);
            Run run = group.currentRun();
            RunPart part = run == null || !run.runId().equals(runId) ? null : run.part(clientId);
            if (run == null || part == null) {
                throw RequestRefusedException.notFound("group " + group.benchmarkId() + " is not at run " + runId);
            }
            if (run.state() != RunState.ARMING || part.hasAnswered()) {
                return;
            }
            part.answer(error);
            client.setState(ClientState.ARMED);
            store.putPart(runId, clientId, json(part.stored()));
            proceed(group, run);
        } finally {
            group.lock().unlock();
        }
    }

    /** Starts a run whose clients have all answered. The caller holds the group's lock. */
    private void proceed(Group group, Run run) {
        for (RunPart part : run.parts()) {
            if (part.refusal() != null) {
                abandon(group, run, group.clients().get(part.client()).name() + ": " + part.refusal());
                return;
            }
        }
        if (run.parts().stream().allMatch(part -> part.isArmed() || part.isLost())
                && run.parts().stream().anyMatch(RunPart::isArmed)) {
            start(group, run);
        }
    }

    private void start(Group group, Run run) {
        long startEpochNanos =
                clock.epochNanos() + configuration.timings().startLead().toNanos();
        run.setMoments(run.moments().started(startEpochNanos));
        transition(group, run, RunState.RUNNING, "T0 is " + startEpochNanos);
        for (RunPart part : run.parts()) {
            if (!part.isLost()) {
                GroupClient client = group.clients().get(part.client());
                client.setState(ClientState.RUNNING);
                clients.order(
                        group,
                        client,
                        new ClientCommand(
                                client.nextSequence(),
                                ClientCommand.Kind.START,
                                run.runId(),
                                null,
                                null,
                                null,
                                null,
                                startEpochNanos));
            }
        }
    }

    /** Ends a run that never started. */
    private void abandon(Group group, Run run, String cause) {
        orderStop(group, run);
        run.setMoments(run.moments().ended(clock.epochMillis(), cause));
        transition(group, run, RunState.FAILED, cause);
        leave(group);
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
        Run run;
        RunPart part;
        group.lock().lock();
        try {
            clients.heard(ClientManager.requireClient(group, clientId));
            run = group.currentRun();
            part = run == null || !run.runId().equals(batch.runId()) ? null : run.part(clientId);
        } finally {
            group.lock().unlock();
        }
        if (run == null || part == null) {
            throw RequestRefusedException.notFound(
                    "run " + batch.runId() + " has ended or does not exist; its batches are not taken any more");
        }
        part.delivery().lock();
        try {
            if (batch.sequence() < part.nextSequence()) {
                return part.nextSequence() - 1;
            }
            if (batch.sequence() > part.nextSequence()) {
                throw new BatchConflict(batch.runId(), batch.sequence(), part.nextSequence());
            }
            store.insertBatch(batch.runId(), clientId, batch.sequence(), clock.epochMillis(), body);
            group.lock().lock();
            try {
                add(run, part, batch);
                noteHealth(group, clientId, batch);
                finishIfOver(group, run);
            } finally {
                group.lock().unlock();
            }
            return batch.sequence();
        } finally {
            part.delivery().unlock();
        }
    }

    private static void noteHealth(Group group, int clientId, BatchMessage batch) {
        if (batch.interval() != null) {
            group.clients()
                    .get(clientId)
                    .setClockOffsetMillis(batch.interval().health().clockOffsetNanos() / 1e6);
        }
    }

    private static void add(Run run, RunPart part, BatchMessage batch) {
        if (batch.interval() != null) {
            run.aggregate().add(part.client(), BatchCodec.interval(batch.interval()));
            part.setInFlight(batch.interval().inFlight());
            if (batch.gpus() != null) {
                run.gpus()
                        .add(
                                part.client(),
                                batch.interval().startNanos(),
                                batch.interval().endNanos(),
                                batch.gpus());
            }
        }
        run.aggregate().addRecords(batch.records());
        part.taken(batch.sequence());
        if (batch.completion() != null) {
            part.complete(batch.completion());
        }
    }

    /** Ends the run before its time; what was measured is kept. */
    public Run stop(Group group, String cause) {
        group.lock().lock();
        try {
            Run run = group.currentRun();
            if (run == null) {
                throw RequestRefusedException.conflict(
                        "group " + group.benchmarkId() + " is not at a run; there is nothing to stop");
            }
            if (run.moments().stopCause() != null) {
                return run;
            }
            run.setMoments(run.moments().stopped(cause));
            if (run.state() == RunState.QUEUED || run.state() == RunState.ARMING) {
                orderStop(group, run);
                run.setMoments(run.moments().ended(clock.epochMillis(), cause));
                transition(group, run, RunState.STOPPED, cause);
                leave(group);
            } else {
                transition(group, run, RunState.DRAINING, cause);
                orderStop(group, run);
            }
            return run;
        } finally {
            group.lock().unlock();
        }
    }

    private void orderStop(Group group, Run run) {
        for (RunPart part : run.parts()) {
            GroupClient client = group.clients().get(part.client());
            if (!part.isOver() && !client.isLost()) {
                clients.order(
                        group,
                        client,
                        new ClientCommand(
                                client.nextSequence(),
                                ClientCommand.Kind.STOP,
                                run.runId(),
                                null,
                                null,
                                null,
                                null,
                                null));
            }
        }
    }

    /** The client will not deliver any more. The caller holds the group's lock. */
    public void clientLost(Group group, int clientId) {
        Run run = group.currentRun();
        RunPart part = run == null ? null : run.part(clientId);
        if (run == null || part == null || part.isOver()) {
            return;
        }
        part.lose();
        store.putPart(run.runId(), clientId, json(part.stored()));
        if (run.state() == RunState.ARMING) {
            if (run.parts().stream().allMatch(RunPart::isLost)) {
                abandon(group, run, "every client was lost before the start");
            } else {
                proceed(group, run);
            }
        } else {
            finishIfOver(group, run);
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
            case ARMING -> superviseArming(group, run);
            case RUNNING, DRAINING -> superviseRunning(group, run);
            case COMPLETED, INCOMPLETE, INVALID, STOPPED, FAILED -> leave(group);
        }
    }

    private void superviseQueued(Group group, Run run) {
        if (group.state().isTerminal() || group.state() == GroupState.ENDING) {
            run.setMoments(run.moments().ended(clock.epochMillis(), "the group ended before it was ready"));
            transition(group, run, RunState.FAILED, "the group ended before it was ready");
            leave(group);
        } else if (group.state() == GroupState.READY) {
            try {
                arm(group, run, Map.of());
            } catch (RequestRefusedException e) {
                run.setMoments(run.moments().ended(clock.epochMillis(), e.detail()));
                transition(group, run, RunState.FAILED, e.detail());
                leave(group);
            }
        }
    }

    private void superviseArming(Group group, Run run) {
        Long since = run.moments().armingSinceMillis();
        if (since != null
                && clock.epochMillis() - since > configuration.timings().arm().toMillis()) {
            List<String> silent = run.parts().stream()
                    .filter(part -> !part.hasAnswered() && !part.isLost())
                    .map(part -> group.clients().get(part.client()).name())
                    .toList();
            abandon(
                    group,
                    run,
                    "not ready within " + configuration.timings().arm().toSeconds() + " s: "
                            + String.join(", ", silent));
        } else {
            proceed(group, run);
        }
    }

    private void superviseRunning(Group group, Run run) {
        Long start = run.moments().startEpochNanos();
        Duration planned = Run.plannedDuration(run.specification());
        if (start == null) {
            return;
        }
        double elapsed = (clock.epochNanos() - start) / 1e9;
        boolean pastPlan = planned != null && elapsed > planned.toMillis() / 1e3;
        if (run.state() == RunState.RUNNING && pastPlan) {
            transition(group, run, RunState.DRAINING, "the last requests are waited for");
        }
        double patience = run.specification()
                        .timeout()
                        .plus(configuration.timings().drainGrace())
                        .toMillis()
                / 1e3;
        if (planned != null && elapsed > planned.toMillis() / 1e3 + patience) {
            for (RunPart part : run.parts()) {
                if (!part.isOver()) {
                    part.lose();
                    store.putPart(run.runId(), part.client(), json(part.stored()));
                }
            }
        }
        finishIfOver(group, run);
    }

    /** The caller holds the group's lock. */
    private void finishIfOver(Group group, Run run) {
        if (run.state().isTerminal() || run.parts().isEmpty() || !run.isOver()) {
            return;
        }
        for (RunPart part : run.parts()) {
            GroupClient client = group.clients().get(part.client());
            if (!client.isLost()) {
                client.setState(ClientState.FINISHED);
            }
        }
        run.setMoments(run.moments().ended(clock.epochMillis(), run.moments().stopCause()));
        RunResults.Finished finished = results.finish(group, run);
        run.setMoments(run.moments().ended(clock.epochMillis(), finished.detail()));
        RunState state = finished.result().summary().status();
        run.setState(state);
        LOG.info("run {}: {}", run.runId(), lower(state));
        store.updateRun(
                run.runId(),
                state.name(),
                json(run.plan()),
                json(run.moments()),
                BatchCodec.compress(JsonFormat.mapper().writeValueAsBytes(finished.result())),
                journal.run(group.benchmarkId(), run.runId(), lower(state), finished.detail()));
        leave(group);
    }

    private void leave(Group group) {
        group.setCurrentRun(null, clock.monotonicNanos());
        clients.updateReadiness(group);
    }

    private void transition(Group group, Run run, RunState state, String cause) {
        run.setState(state);
        LOG.info("run {}: {} ({})", run.runId(), lower(state), cause);
        store.updateRun(
                run.runId(),
                state.name(),
                json(run.plan()),
                json(run.moments()),
                null,
                journal.run(group.benchmarkId(), run.runId(), lower(state), cause));
    }

    private static String lower(RunState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String json(Object value) {
        return JsonFormat.mapper().writeValueAsString(value);
    }
}
