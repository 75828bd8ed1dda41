package aifactory.service.operations;

import aifactory.protocol.GroupState;
import aifactory.protocol.JsonFormat;
import aifactory.service.RequestRefusedException;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupDefinition;
import aifactory.service.groups.JobInfo;
import aifactory.service.persistence.GroupStore;
import aifactory.service.persistence.RunStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds groups, those that exist and those that were deleted. Thread-safe. */
final class GroupRecords {
    private static final Logger LOG = LoggerFactory.getLogger(GroupRecords.class);

    private final ClientManager clients;
    private final StateStore store;

    GroupRecords(ClientManager clients, StateStore store) {
        this.clients = clients;
        this.store = store;
    }

    /** The group that exists under that id, or else the last one that did. */
    KnownGroup require(long benchmarkId) throws StorageException {
        Group group = clients.find(benchmarkId);
        if (group != null) {
            return known(group);
        }
        List<GroupStore.GroupRow> rows = store.groups().deleted(benchmarkId, 1);
        if (rows.isEmpty()) {
            throw RequestRefusedException.notFound(
                    "Benchmark id not found: there is no group " + benchmarkId + ", and never was");
        }
        try {
            return known(rows.getFirst());
        } catch (RuntimeException e) {
            LOG.error("group {}, deleted, cannot be read: {}", benchmarkId, e.getMessage());
            throw RequestRefusedException.notFound("Benchmark id not found: there is no group " + benchmarkId
                    + " any more, and its stored data cannot be read");
        }
    }

    List<KnownGroup> live() {
        return clients.all().stream().map(GroupRecords::known).toList();
    }

    /** Those that were deleted, the newest first. */
    List<KnownGroup> deleted(int limit) throws StorageException {
        List<KnownGroup> groups = new ArrayList<>();
        for (GroupStore.GroupRow row : store.groups().deleted(null, limit)) {
            try {
                groups.add(known(row));
            } catch (RuntimeException e) {
                LOG.error(
                        "group {}, deleted (row {} of client_group), cannot be read and is left out: {}",
                        row.benchmarkId(),
                        row.groupKey(),
                        e.getMessage());
            }
        }
        return groups;
    }

    private static KnownGroup known(Group group) {
        group.lock().lock();
        try {
            return new KnownGroup(
                    group.benchmarkId(),
                    group.state(),
                    group.job().withLogs(group.servers().logPaths()),
                    group.definition().numClients(),
                    group.liveClients().size(),
                    group.liveClients().stream()
                            .map(client -> node(client.view().node()))
                            .toList(),
                    Duration.ofMinutes(group.definition().timeLimitMinutes()),
                    group.definition().aiServers(),
                    Instant.ofEpochMilli(group.createdAtMillis()),
                    group.latestRunId(),
                    true,
                    group.token(),
                    Boolean.TRUE.equals(group.definition().request().gpu()),
                    group.definition().secretValues());
        } finally {
            group.lock().unlock();
        }
    }

    private static String node(@Nullable String name) {
        return name == null ? "?" : name;
    }

    private KnownGroup known(GroupStore.GroupRow row) throws StorageException {
        GroupDefinition definition = JsonFormat.mapper().readValue(row.definition(), GroupDefinition.class);
        return new KnownGroup(
                row.benchmarkId(),
                GroupState.valueOf(row.state()),
                JsonFormat.mapper().readValue(row.job(), JobInfo.class),
                definition.numClients(),
                store.clients().of(row.groupKey()).size(),
                List.of(),
                Duration.ofMinutes(definition.timeLimitMinutes()),
                definition.aiServers(),
                Instant.ofEpochMilli(row.createdAt()),
                store.runs().latest(row.groupKey()).map(RunStore.RunRow::runId).orElse(null),
                false,
                row.token(),
                Boolean.TRUE.equals(definition.request().gpu()),
                definition.secretValues());
    }
}
