package aifactory.service.groups;

import aifactory.protocol.BatchFormat;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.ClientState;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.ConnectResponse;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.persistence.GroupStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.Run;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Client Manager: knows the groups, accepts registrations, delivers commands to clients, ends groups. {@link
 * GroupCreation} creates groups. Every change is durable before it becomes visible. Thread-safe.
 */
public final class ClientManager {
    private static final Logger LOG = LoggerFactory.getLogger(ClientManager.class);

    private final ClientServiceConfiguration configuration;
    private final ServiceClock clock;
    private final StateStore store;
    private final Journal journal;
    private final GroupSecrets secrets;
    private final PromptFiles prompts;
    private final JobOrders orders;
    private final Map<Long, Group> groups = new ConcurrentHashMap<>();
    private final GroupTargets targets = new GroupTargets(groups);
    private final GroupCreation creation;

    /**
     * @param ownAddress under which clients reach the service; known once it listens
     * @param certificateSha256 of the service's certificate; null without TLS
     */
    public ClientManager(
            ClientServiceConfiguration configuration,
            ServiceClock clock,
            RandomGenerator random,
            StateStore store,
            Journal journal,
            ClientDispatcher dispatcher,
            Supplier<URI> ownAddress,
            @Nullable String certificateSha256) {
        this.configuration = configuration;
        this.clock = clock;
        this.store = store;
        this.journal = journal;
        this.secrets = new GroupSecrets(configuration.sharedDirectory(), certificateSha256);
        this.prompts = new PromptFiles(configuration.sharedDirectory());
        this.orders = new JobOrders(configuration, secrets, ownAddress);
        this.creation = new GroupCreation(
                configuration, clock, random, store, journal, dispatcher, secrets, prompts, orders, groups, this);
    }

    /**
     * Restores the groups of a previous process, with their clients and their commands. An unreadable group is set
     * aside, and does not prevent others from being restored.
     */
    public List<Group> restore() throws StorageException {
        StoredGroups stored = new StoredGroups(store, clock);
        for (GroupStore.GroupRow row : store.groups().current()) {
            try {
                Group group = stored.read(row);
                // Queries about the group can be answered, also those of the dispatcher.
                json(group.info());
                orderOf(group);
                groups.put(row.benchmarkId(), group);
            } catch (RuntimeException e) {
                String words = "group " + row.benchmarkId() + " (row " + row.groupKey()
                        + " of client_group) cannot be read: " + e.getMessage() + StoredGroups.jobThatGoesOn(row);
                LOG.error("{}; it is set aside", words, e);
                store.groups().setAside(row.groupKey(), journal.group(row.benchmarkId(), "set aside", words));
            }
        }
        return all();
    }

    /** The description of the group's job for a dispatcher. */
    public DispatchOrder orderOf(Group group) {
        return orders.of(
                group.benchmarkId(),
                group.token(),
                group.definition(),
                group.job().jobId(),
                group.createdAtMillis());
    }

    /** The group of that id. */
    public Group require(long benchmarkId) {
        Group group = groups.get(benchmarkId);
        if (group == null) {
            throw RequestRefusedException.notFound("Benchmark id not found: there is no group " + benchmarkId);
        }
        return group;
    }

    public @Nullable Group find(long benchmarkId) {
        return groups.get(benchmarkId);
    }

    public List<Group> all() {
        List<Group> all = new ArrayList<>(groups.values());
        all.sort((one, other) -> Long.compare(one.benchmarkId(), other.benchmarkId()));
        return all;
    }

    /**
     * Takes a registration; the same process gets the same number again. The answer waits until the registration is
     * durable, and the group's lock does not: a thousand clients that come at once share a few synchronisations of the
     * disk.
     */
    public ConnectResponse connect(long benchmarkId, ConnectRequest request)
            throws StorageException, InterruptedException {
        GroupValidation.checkRegistration(request);
        Group group = require(benchmarkId);
        int clientId;
        CompletableFuture<Void> stored;
        group.lock().lock();
        try {
            if (!group.state().isLive()) {
                throw RequestRefusedException.conflict(
                        "group " + benchmarkId + " has ended and accepts no more registrations");
            }
            GroupClient client = knownOrNew(group, request);
            clientId = client.id();
            heard(group, client);
            stored = store.clients()
                    .put(
                            group.key(),
                            clientId,
                            json(request),
                            journal.client(benchmarkId, clientId, "registered", request.clientAddress()));
            LOG.info("group {}: {} registered at {}", benchmarkId, client.name(), request.clientAddress());
            updateReadiness(group);
        } finally {
            group.lock().unlock();
        }
        store.await(stored);
        return new ConnectResponse(
                "registered",
                benchmarkId,
                request.clientAddress(),
                clientId,
                (int) configuration.timings().poll().toSeconds(),
                (int) configuration.timings().heartbeat().toSeconds(),
                List.of(BatchFormat.CONTENT_TYPE));
    }

    private GroupClient knownOrNew(Group group, ConnectRequest request) {
        int restartCount = Objects.requireNonNullElse(request.restartCount(), 0);
        if (restartCount < group.jobRestarts()) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " accepts no client of start "
                    + restartCount + " of its job, which has been restarted " + group.jobRestarts()
                    + " times; end this process");
        }
        for (GroupClient client : group.clients()) {
            if (client.isSameProcess(request)) {
                client.reregister(request);
                return client;
            }
        }
        for (GroupClient client : group.liveClients()) {
            if (client.isSupersededBy(request)) {
                lose(group, client, "its job was restarted");
            }
        }
        if (group.liveClients().size() >= group.definition().numClients()) {
            throw RequestRefusedException.conflict("group " + group.benchmarkId() + " has all its "
                    + group.definition().numClients() + " clients already");
        }
        return group.addClient(request, clock.monotonicNanos());
    }

    /**
     * The commands after the given one; waits for one if there is no command yet.
     *
     * @param wait the longest time to wait
     */
    public List<ClientCommand> commands(long benchmarkId, int clientId, long after, Duration wait)
            throws InterruptedException {
        Group group = require(benchmarkId);
        long left = Math.min(wait.toNanos(), configuration.timings().poll().toNanos());
        group.lock().lock();
        try {
            GroupClient client = requireClient(group, clientId);
            heard(group, client);
            Run run = group.currentRun();
            client.done(after, run == null ? null : run.runId());
            List<ClientCommand> commands = client.commandsAfter(after);
            while (commands.isEmpty() && left > 0) {
                left = clock.threads().awaitNanos(group.lock(), client.commandsChanged(), left);
                commands = client.commandsAfter(after);
            }
            heard(group, client);
            return commands;
        } finally {
            group.lock().unlock();
        }
    }

    /** The client of that number. The caller holds the group's lock. */
    public static GroupClient requireClient(Group group, int clientId) {
        if (clientId < 0 || clientId >= group.clients().size()) {
            throw RequestRefusedException.notFound(
                    "group " + group.benchmarkId() + " has no client " + clientId + "; register first");
        }
        return group.clients().get(clientId);
    }

    /**
     * A client has shown a sign of life; one that was given up is taken back, unless another has its place. The caller
     * holds the group's lock.
     */
    public void heard(Group group, GroupClient client) {
        client.heard(clock.monotonicNanos());
        // A process of an earlier start of the job may deliver what it has measured until Slurm ends it.
        boolean belongsToEarlierStart = client.restartCount() < group.jobRestarts();
        if (!client.isLost() || group.state().isTerminal() || belongsToEarlierStart) {
            return;
        }
        if (group.liveClients().size() >= group.definition().numClients()) {
            throw RequestRefusedException.conflict(
                    "client " + client.id() + " was given up and replaced; end this process");
        }
        client.setState(ClientState.REGISTERED);
        store.clients()
                .setLost(
                        group.key(),
                        client.id(),
                        false,
                        journal.client(group.benchmarkId(), client.id(), "returned", "contact was restored"));
        LOG.info("group {}: {} is back", group.benchmarkId(), client.name());
        updateReadiness(group);
    }

    /** Gives a client an order, of which it hears once that is durable. The caller holds the group's lock. */
    public void order(Group group, GroupClient client, ClientCommand command) {
        client.add(command);
        store.clients()
                .addCommand(group.key(), client.id(), command.sequence(), json(command))
                // Not on the writer's thread: the holder of the group's lock may be waiting for that thread.
                .thenRunAsync(
                        () -> release(group, client, command.sequence()),
                        task -> clock.threads().start("release-command", task));
    }

    private static void release(Group group, GroupClient client, long sequence) {
        group.lock().lock();
        try {
            client.release(sequence);
        } finally {
            group.lock().unlock();
        }
    }

    /** Gives a client up. The caller holds the group's lock. */
    public void lose(Group group, GroupClient client, String cause) {
        client.setState(ClientState.LOST);
        store.clients()
                .setLost(
                        group.key(),
                        client.id(),
                        true,
                        journal.client(group.benchmarkId(), client.id(), "lost", cause));
        if (group.isEnding()) {
            LOG.info("group {}: {} has ended as ordered", group.benchmarkId(), client.name());
        } else {
            LOG.warn("group {}: {} is lost: {}", group.benchmarkId(), client.name(), cause);
        }
    }

    /** Brings a group that is not at a run to the state that its clients make. The caller holds the group's lock. */
    public void updateReadiness(Group group) {
        boolean waits = group.state() == GroupState.PENDING
                || group.state() == GroupState.STARTING
                || group.state() == GroupState.READY
                || group.state() == GroupState.RUNNING;
        if (!waits) {
            return;
        }
        int live = group.liveClients().size();
        GroupState state;
        if (group.currentRun() != null && group.currentRun().state() != RunState.QUEUED) {
            state = GroupState.RUNNING;
        } else if (live >= group.definition().minClients() && targets.areReady(group)) {
            state = GroupState.READY;
        } else if (live > 0 || group.state() != GroupState.PENDING) {
            state = GroupState.STARTING;
        } else {
            state = GroupState.PENDING;
        }
        if (state != group.state()) {
            transition(group, state, live + " of " + group.definition().numClients() + " clients are registered");
        }
    }

    /** Waits until a change is durable. */
    public void await(CompletableFuture<Void> stored) throws StorageException, InterruptedException {
        store.await(stored);
    }

    /** Creates groups. */
    public GroupCreation creation() {
        return creation;
    }

    /** Which AI servers the groups measure. */
    public GroupTargets targets() {
        return targets;
    }

    /** Changes a group's state and what is known of its job. */
    public CompletableFuture<Void> transition(Group group, GroupState state, @Nullable String cause) {
        group.lock().lock();
        try {
            group.setState(state);
            LOG.info("group {}: {} ({})", group.benchmarkId(), state.name().toLowerCase(Locale.ROOT), cause);
            return store.groups()
                    .update(
                            group.key(),
                            state.name(),
                            json(group.job()),
                            journal.group(group.benchmarkId(), state.name().toLowerCase(Locale.ROOT), cause));
        } finally {
            group.lock().unlock();
        }
    }

    /** Tells every client to end. The caller holds the group's lock. */
    public void orderExit(Group group) {
        for (GroupClient client : group.liveClients()) {
            order(
                    group,
                    client,
                    new ClientCommand(
                            client.nextSequence(), ClientCommand.Kind.EXIT, null, null, null, null, null, null));
        }
    }

    /** Removes a group whose job has ended; its id can be reused. */
    public void archive(Group group, GroupState state, String cause) throws StorageException, InterruptedException {
        group.lock().lock();
        try {
            group.setState(state);
        } finally {
            group.lock().unlock();
        }
        // Queued before the id can be taken again: a creation that follows is written after it.
        CompletableFuture<Void> archived =
                store.groups().archive(group.key(), state.name(), journal.group(group.benchmarkId(), "deleted", cause));
        groups.remove(group.benchmarkId(), group);
        secrets.delete(group.token());
        prompts.delete(group.token());
        store.await(archived);
    }

    /** Whether the secret is that of the group. */
    public boolean isSecretOf(long benchmarkId, String shown) {
        Group group = groups.get(benchmarkId);
        return group != null
                && MessageDigest.isEqual(
                        group.definition().secret().getBytes(StandardCharsets.UTF_8),
                        shown.getBytes(StandardCharsets.UTF_8));
    }

    private static String json(Object value) {
        return JsonFormat.mapper().writeValueAsString(value);
    }
}
