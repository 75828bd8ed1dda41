package aifactory.service.coordination;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.service.Journal;
import aifactory.service.ServiceClock;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.persistence.StateStore;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The common part of all changes of a run's state: they are stored with their cause, and clients are notified. The
 * caller of every method holds the group's lock.
 */
final class RunTransitions {
    private static final Logger LOG = LoggerFactory.getLogger(RunTransitions.class);

    private final StateStore store;
    private final Journal journal;
    private final ServiceClock clock;
    private final ClientManager clients;

    RunTransitions(StateStore store, Journal journal, ServiceClock clock, ClientManager clients) {
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.clients = clients;
    }

    void to(Group group, Run run, RunState state, @Nullable String cause) {
        store(group, run, state, null, cause);
    }

    /** The run has ended and there is something to keep. */
    void ended(Group group, Run run, RunResult result, @Nullable String detail) {
        // By way of a text, in which half of a surrogate pair becomes a question mark instead of a failure.
        byte[] stored = BatchCodec.compress(json(result).getBytes(StandardCharsets.UTF_8));
        store(group, run, result.summary().status(), stored, detail);
        leave(group);
    }

    /** The run has ended before it began. */
    void endedEmpty(Group group, Run run, RunState state, String cause) {
        run.setMoments(run.moments().ended(clock.epochMillis(), cause));
        to(group, run, state, cause);
        leave(group);
    }

    private void store(Group group, Run run, RunState state, byte @Nullable [] result, @Nullable String cause) {
        run.setState(state);
        LOG.info("run {}: {}{}", run.runId(), lower(state), cause == null ? "" : " (" + cause + ")");
        store.runs()
                .update(
                        run.runId(),
                        state.name(),
                        json(run.plan()),
                        json(run.moments()),
                        result,
                        journal.run(group.benchmarkId(), run.runId(), lower(state), cause));
    }

    /** The group is free for another run. */
    void leave(Group group) {
        group.setCurrentRun(null, clock.monotonicNanos());
        clients.updateReadiness(group);
    }

    void storePart(Run run, RunPart part) {
        store.runs().putPart(run.runId(), part.client(), json(part.stored()));
    }

    /** Orders every client that still measures to end. */
    void orderStop(Group group, Run run) {
        for (RunPart part : run.parts()) {
            GroupClient client = group.clients().get(part.client());
            if (!part.isOver() && !client.isLost() && !client.hasCommand(ClientCommand.Kind.STOP, run.runId())) {
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

    static String lower(RunState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static String json(Object value) {
        return JsonFormat.mapper().writeValueAsString(value);
    }
}
