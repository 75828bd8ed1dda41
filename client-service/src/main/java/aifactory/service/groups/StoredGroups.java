package aifactory.service.groups;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.service.ServiceClock;
import aifactory.service.persistence.ClientStore;
import aifactory.service.persistence.GroupStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads groups as they are stored, with their clients and commands. The stored data may be of an earlier version, or
 * damaged: a client or a command that cannot be read is logged and replaced, so that the group can continue.
 */
final class StoredGroups {
    private static final Logger LOG = LoggerFactory.getLogger(StoredGroups.class);
    private static final int MOST_CLIENTS = 100_000;
    /** Nothing listens at port 1, and the name does not resolve. */
    private static final ConnectRequest UNREADABLE =
            new ConnectRequest("http://unreadable.invalid:1", null, "unreadable", null, null, null, null, null, null);

    private final StateStore store;
    private final ServiceClock clock;

    StoredGroups(StateStore store, ServiceClock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @throws RuntimeException the group itself cannot be read */
    Group read(GroupStore.GroupRow row) throws StorageException {
        GroupDefinition definition = parse(row.definition(), GroupDefinition.class);
        Objects.requireNonNull(definition.request(), "its definition has no request");
        Objects.requireNonNull(definition.secret(), "its definition has no secret");
        Objects.requireNonNull(definition.aiServers(), "its definition has no ai_servers");
        JobInfo job = parse(row.job(), JobInfo.class);
        Objects.requireNonNull(job.logPaths(), "its job has no log_paths");
        Group group = new Group(
                row.groupKey(),
                row.benchmarkId(),
                row.token(),
                definition,
                row.createdAt(),
                GroupState.valueOf(row.state()),
                job,
                clock.monotonicNanos());
        group.lock().lock();
        try {
            for (ClientStore.ClientRow client : store.clients().of(row.groupKey())) {
                addClient(group, client);
            }
        } finally {
            group.lock().unlock();
        }
        store.runs().latest(row.groupKey()).ifPresent(run -> group.setLatestRunId(run.runId()));
        return group;
    }

    private void addClient(Group group, ClientStore.ClientRow row) throws StorageException {
        if (row.clientId() < group.clients().size() || row.clientId() >= MOST_CLIENTS) {
            LOG.error("group {}: client number {} is invalid; it is set aside", group.benchmarkId(), row.clientId());
            return;
        }
        while (group.clients().size() < row.clientId()) {
            LOG.error(
                    "group {}: client {} is missing in the database; it counts as lost",
                    group.benchmarkId(),
                    group.clients().size());
            group.addClient(UNREADABLE, clock.monotonicNanos()).setState(ClientState.LOST);
        }
        GroupClient client;
        try {
            ConnectRequest registration = parse(row.registration(), ConnectRequest.class);
            GroupValidation.checkAddress(registration.clientAddress());
            client = group.addClient(registration, clock.monotonicNanos());
        } catch (RuntimeException e) {
            LOG.error(
                    "group {}: client {} cannot be read: {}; it is set aside until its next contact",
                    group.benchmarkId(),
                    row.clientId(),
                    e.getMessage());
            client = group.addClient(UNREADABLE, clock.monotonicNanos());
            client.setState(ClientState.LOST);
        }
        for (ClientStore.CommandRow command : store.clients().commands(group.key(), row.clientId())) {
            client.removedThrough(command.sequence());
            try {
                ClientCommand read = parse(command.command(), ClientCommand.class);
                Objects.requireNonNull(read.kind(), "it has no kind");
                if (read.sequence() != command.sequence()) {
                    throw new IllegalArgumentException("it says that it is command " + read.sequence());
                }
                client.add(read);
            } catch (RuntimeException e) {
                LOG.error(
                        "group {}: command {} to client {} cannot be read: {}; it is set aside",
                        group.benchmarkId(),
                        command.sequence(),
                        row.clientId(),
                        e.getMessage());
            }
        }
        client.release(client.nextSequence() - 1);
        if (row.lost()) {
            client.setState(ClientState.LOST);
        }
    }

    /** The end of a sentence about a group that cannot be read: what is to be done about its job. */
    static String jobThatGoesOn(GroupStore.GroupRow row) {
        try {
            String jobId = parse(row.job(), JobInfo.class).jobId();
            return jobId == null ? "" : "; its job " + jobId + " may still run, cancel it";
        } catch (RuntimeException e) {
            return "; its job, if any, may still run: look for it by its name";
        }
    }

    private static <T> T parse(String json, Class<T> type) {
        return Objects.requireNonNull(JsonFormat.mapper().readValue(json, type), "it is null");
    }
}
