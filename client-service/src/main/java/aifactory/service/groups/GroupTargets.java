package aifactory.service.groups;

import aifactory.service.RequestRefusedException;
import aifactory.service.servers.ServerGeneration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which AI servers a group measures: those that ran before, those that were started for it, or those of another group.
 * The caller of what takes a group holds its lock.
 */
public final class GroupTargets {
    private final Map<Long, Group> groups;

    /** @param groups all of them by id, as they come and go */
    GroupTargets(Map<Long, Group> groups) {
        this.groups = groups;
    }

    /** Whether the servers that were started for the group, or for the group whose servers it uses, answer. */
    boolean areReady(Group group) {
        ServerGeneration own = group.serverGeneration();
        if (own != null) {
            return group.servers().allReady(own);
        }
        return group.definition().serverGroup() == null || !of(group).isEmpty();
    }

    /** The AI servers that a run of the group would measure now; none where they are not there yet. */
    public List<String> of(Group group) {
        ServerGeneration own = group.serverGeneration();
        if (own != null) {
            return group.servers().addresses(own);
        }
        Group other = sharing(group);
        return other == null ? group.definition().aiServers() : sharedTargets(other);
    }

    /**
     * A group that shares its servers uses no other's, so that taking its lock as the second one cannot lead to a
     * deadlock.
     */
    private static List<String> sharedTargets(Group sharing) {
        sharing.lock().lock();
        try {
            ServerGeneration shared = sharing.serverGeneration();
            return shared == null
                            || sharing.state().isTerminal()
                            || !sharing.servers().allReady(shared)
                    ? List.of()
                    : sharing.servers().addresses(shared);
        } finally {
            sharing.lock().unlock();
        }
    }

    /** The group whose servers this one uses; null if it does not use another group's, or if that group was deleted. */
    public @Nullable Group sharing(Group group) {
        Long id = group.definition().serverGroup();
        return id == null ? null : groups.get(id);
    }

    /**
     * Why the servers of another group, which the group measures, do not answer any more; empty while they do, or while
     * it measures none of another's.
     */
    public Optional<String> lossOfShared(Group group) {
        Long id = group.definition().serverGroup();
        if (id == null) {
            return Optional.empty();
        }
        Group owner = groups.get(id);
        if (owner == null) {
            return Optional.of(goneWith(id));
        }
        owner.lock().lock();
        try {
            ServerGeneration generation = owner.serverGeneration();
            if (generation == null || !owner.state().isLive()) {
                return Optional.of(goneWith(id));
            }
            return owner.servers().allFailed(generation)
                    ? Optional.of("no server of group " + id + " is left: "
                            + owner.servers().failed(generation).getFirst().name())
                    : Optional.empty();
        } finally {
            owner.lock().unlock();
        }
    }

    private static String goneWith(long id) {
        return "group " + id + ", whose servers were measured, was deleted or has ended";
    }

    /** Refuses to share the servers of a group that has none. */
    void checkServerGroup(@Nullable Long id) {
        if (id != null) {
            Group sharing = groups.get(id);
            if (sharing == null || !hasServers(sharing)) {
                throw RequestRefusedException.invalid(
                        "server.group",
                        "group " + id + (sharing == null ? " does not exist" : " has no servers")
                                + ": create one with a server block and num_clients 0 first");
            }
        }
    }

    private static boolean hasServers(Group group) {
        group.lock().lock();
        try {
            return group.serverGeneration() != null && !group.state().isTerminal();
        } finally {
            group.lock().unlock();
        }
    }
}
