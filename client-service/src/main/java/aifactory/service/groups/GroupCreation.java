package aifactory.service.groups;

import aifactory.protocol.GroupCreated;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.redaction.Redaction;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates groups and submits their jobs. A group is durable before its job is submitted. Thread-safe. */
public final class GroupCreation {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCreation.class);

    private final ClientServiceConfiguration configuration;
    private final ServiceClock clock;
    private final RandomGenerator random;
    private final StateStore store;
    private final Journal journal;
    private final ClientDispatcher dispatcher;
    private final GroupSecrets secrets;
    private final PromptFiles prompts;
    private final JobOrders orders;
    private final Map<Long, Group> groups;
    private final ClientManager clients;
    private final FreeIds ids = new FreeIds();

    /** @param groups all of them by id, to which it adds */
    GroupCreation(
            ClientServiceConfiguration configuration,
            ServiceClock clock,
            RandomGenerator random,
            StateStore store,
            Journal journal,
            ClientDispatcher dispatcher,
            GroupSecrets secrets,
            PromptFiles prompts,
            JobOrders orders,
            Map<Long, Group> groups,
            ClientManager clients) {
        this.configuration = configuration;
        this.clock = clock;
        this.random = random;
        this.store = store;
        this.journal = journal;
        this.dispatcher = dispatcher;
        this.secrets = secrets;
        this.prompts = prompts;
        this.orders = orders;
        this.groups = groups;
        this.clients = clients;
    }

    /** What the creation of a group would start, for users. */
    public String preview(long benchmarkId, GroupRequest request) {
        GroupDefinition definition = definition(request);
        try {
            return dispatcher.preview(
                    orders.of(benchmarkId, HexText.random(random, 8), definition, null, clock.epochMillis()));
        } catch (InvalidOrderException e) {
            throw RequestRefusedException.invalid(e.field(), String.valueOf(e.getMessage()));
        }
    }

    private GroupDefinition definition(GroupRequest request) {
        String secret = HexText.random(random, 32);
        return GroupValidation.definition(
                request, configuration.aiServers(), configuration.policy().allowedAccounts(), secret);
    }

    /** Creates a group and submits its job; when it is refused nothing is left behind. */
    public GroupCreated create(long benchmarkId, GroupRequest request) throws StorageException, InterruptedException {
        return createUnlessExists(benchmarkId, request).orElseThrow(() -> alreadyExists(benchmarkId));
    }

    /** Creates a group under a free id; concurrent callers get different ids. */
    public GroupCreated createNext(GroupRequest request) throws StorageException, InterruptedException {
        while (true) {
            long id = ids.reserve(store.groups().highestBenchmarkId(), groups::containsKey);
            try {
                Optional<GroupCreated> created = createUnlessExists(id, request);
                if (created.isPresent()) {
                    return created.get();
                }
                // Someone else has just named that very id.
            } finally {
                ids.release(id);
            }
        }
    }

    private Optional<GroupCreated> createUnlessExists(long benchmarkId, GroupRequest request)
            throws StorageException, InterruptedException {
        GroupDefinition definition = definition(request);
        clients.targets().checkServerGroup(definition.serverGroup());
        long open = groups.values().stream().filter(GroupCreation::isOpen).count();
        if (open >= configuration.limits().maximumGroups()) {
            throw RequestRefusedException.conflict(
                    open + " groups are active, the maximum of this service; delete some first");
        }
        String token = HexText.random(random, 8);
        long at = clock.epochMillis();
        Optional<Long> key = store.groups()
                .insert(
                        benchmarkId,
                        token,
                        GroupState.SUBMITTING.name(),
                        json(definition),
                        json(JobInfo.NONE),
                        at,
                        journal.group(benchmarkId, "submitting", Redaction.json(request)));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Group group = new Group(
                key.get(),
                benchmarkId,
                token,
                definition,
                at,
                GroupState.SUBMITTING,
                JobInfo.NONE,
                clock.monotonicNanos());
        groups.put(benchmarkId, group);
        DispatchedJob job = submit(group);
        return Optional.of(new GroupCreated(
                "created",
                benchmarkId,
                definition.numClients(),
                job.jobId(),
                group.job().notes()));
    }

    private static boolean isOpen(Group group) {
        group.lock().lock();
        try {
            return !group.state().isTerminal();
        } finally {
            group.lock().unlock();
        }
    }

    private static RequestRefusedException alreadyExists(long benchmarkId) {
        return RequestRefusedException.conflict(
                "Group already exists: " + benchmarkId + " is in use; choose another id, or delete that group first");
    }

    private DispatchedJob submit(Group group) throws StorageException, InterruptedException {
        try {
            secrets.write(group.token(), group.definition().secret());
            DispatchedJob job = dispatcher.submit(clients.orderOf(group));
            group.lock().lock();
            try {
                group.setJob(JobInfo.accepted(job));
            } finally {
                group.lock().unlock();
            }
            job.notes().forEach(note -> LOG.warn("group {}: {}", group.benchmarkId(), note));
            store.await(clients.transition(group, GroupState.PENDING, "job " + job.jobId() + " was accepted"));
            return job;
        } catch (InvalidOrderException e) {
            discard(group, String.valueOf(e.getMessage()));
            throw RequestRefusedException.invalid(e.field(), String.valueOf(e.getMessage()));
        } catch (DispatchRefusedException e) {
            discard(group, String.valueOf(e.getMessage()));
            throw RequestRefusedException.refusedBelow(e.field(), String.valueOf(e.getMessage()));
        } catch (DispatchUnavailableException | IOException e) {
            discard(group, String.valueOf(e.getMessage()));
            throw RequestRefusedException.unavailable(String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            // A group that is neither submitted nor discarded could never be deleted.
            discard(group, "a defect of the program: " + e);
            throw e;
        }
    }

    private void discard(Group group, String cause) throws StorageException, InterruptedException {
        groups.remove(group.benchmarkId(), group);
        secrets.delete(group.token());
        prompts.delete(group.token());
        store.await(store.groups().remove(group.key(), journal.group(group.benchmarkId(), "refused", cause)));
    }

    /** A group that a previous process had not submitted when it ended: its request was never acknowledged. */
    public void giveUp(Group group) throws InterruptedException {
        try {
            discard(group, "the service ended before its job was submitted");
        } catch (StorageException e) {
            LOG.warn(
                    "group {} was not submitted and is removed as soon as the database can write: {}",
                    group.benchmarkId(),
                    e.getMessage());
        }
    }

    private static String json(Object value) {
        return JsonFormat.mapper().writeValueAsString(value);
    }
}
