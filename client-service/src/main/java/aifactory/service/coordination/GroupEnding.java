package aifactory.service.coordination;

import aifactory.protocol.GroupState;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceTimings;
import aifactory.service.UncaughtErrors;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.persistence.StorageException;
import aifactory.service.servers.ServerGeneration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends groups: their run, their clients and servers, their job, until its end is confirmed. Runs on the thread of the
 * caller. Thread-safe.
 */
final class GroupEnding {
    private static final Logger LOG = LoggerFactory.getLogger(GroupEnding.class);

    private final ClientManager clients;
    private final RunCoordinator runs;
    private final ClientDispatcher dispatcher;
    private final ServiceTimings timings;
    private final ServiceClock clock;

    GroupEnding(
            ClientManager clients,
            RunCoordinator runs,
            ClientDispatcher dispatcher,
            ServiceTimings timings,
            ServiceClock clock) {
        this.clients = clients;
        this.runs = runs;
        this.dispatcher = dispatcher;
        this.timings = timings;
        this.clock = clock;
    }

    /** Ends a group: its run, its clients, its job; returns when the job has ended. Its id can be reused then. */
    void delete(long benchmarkId) throws StorageException, InterruptedException {
        Group group = clients.require(benchmarkId);
        boolean over;
        boolean releasing = false;
        group.lock().lock();
        try {
            if (group.isEnding()) {
                if (group.job().isDeletionAsked()) {
                    throw RequestRefusedException.conflict("group " + benchmarkId + " is already being deleted");
                }
                releasing = true;
                group.setJob(group.job().withDeletionAsked());
            }
            if (!releasing && group.state() == GroupState.SUBMITTING) {
                throw RequestRefusedException.conflict("the job of group " + benchmarkId
                        + " is being submitted, or looked up after a restart; delete the group once it"
                        + " is pending");
            }
            over = group.state().isTerminal();
            if (!releasing) {
                group.setEnding(true);
            }
            if (!over && !releasing) {
                group.setJob(group.job().withDeletionAsked());
                clients.transition(group, GroupState.ENDING, "deleted on request");
            }
        } finally {
            group.lock().unlock();
        }
        if (releasing) {
            awaitReleased(group);
            return;
        }
        boolean gone = false;
        try {
            if (!over) {
                endRun(group);
                endJob(group);
            }
            group.lock().lock();
            try {
                end(group, GroupState.CANCELLED, "deleted on request");
            } finally {
                group.lock().unlock();
            }
            clients.archive(group, GroupState.CANCELLED, "deleted on request");
            gone = true;
        } finally {
            if (!gone) {
                // After any error the group can be deleted again.
                group.lock().lock();
                try {
                    group.setEnding(false);
                } finally {
                    group.lock().unlock();
                }
            }
        }
    }

    /** The group is ending already, and goes when that is done. */
    private void awaitReleased(Group group) throws InterruptedException {
        Duration longest = stopGrace(group).plus(timings.cancelConfirmation());
        if (!awaitUntil(() -> clients.find(group.benchmarkId()) != group, longest)) {
            throw RequestRefusedException.unavailable("group " + group.benchmarkId() + " has not ended within "
                    + longest.toSeconds() + " s; it is removed as soon as its job has ended");
        }
    }

    void release(Group group, GroupState state, String cause) {
        try {
            endJob(group);
            group.lock().lock();
            try {
                end(group, state, cause);
                group.setEnding(false);
            } finally {
                group.lock().unlock();
            }
            finishDeletion(group);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RequestRefusedException e) {
            LOG.error("group {}: its job could not be released: {}", group.benchmarkId(), e.detail());
            notReleased(group, e.detail());
        } catch (RuntimeException e) {
            LOG.error("group {}: its job could not be released", group.benchmarkId(), e);
            notReleased(group, "its job could not be released: " + e);
        } catch (Error e) {
            // Ends a service that has a separate process; elsewhere the group can be deleted.
            notReleased(group, "its job could not be released: " + e);
            throw e;
        }
    }

    private void notReleased(Group group, String cause) {
        group.lock().lock();
        try {
            group.setEnding(false);
            if (!group.state().isTerminal()) {
                clients.transition(group, GroupState.READY, cause);
            }
        } finally {
            group.lock().unlock();
        }
    }

    /** Stops the run and gives its clients the time to deliver. */
    private void endRun(Group group) throws StorageException, InterruptedException {
        try {
            runs.stop(group, "the group was deleted");
        } catch (RequestRefusedException e) {
            // It is at none.
            return;
        } catch (RuntimeException e) {
            LOG.error("group {}: its run could not be stopped; it ends with the group", group.benchmarkId(), e);
            return;
        }
        awaitUntil(() -> isFree(group), timings.stopGrace());
    }

    private static boolean isFree(Group group) {
        group.lock().lock();
        try {
            return group.currentRun() == null;
        } finally {
            group.lock().unlock();
        }
    }

    private void endJob(Group group) throws InterruptedException {
        String jobId;
        group.lock().lock();
        try {
            jobId = group.job().jobId();
            if (jobId != null) {
                clients.orderExit(group);
            }
        } finally {
            group.lock().unlock();
        }
        if (jobId == null) {
            return;
        }
        boolean gone = dispatcher.awaitEnd(jobId, stopGrace(group));
        if (gone) {
            return;
        }
        LOG.info("group {}: its clients did not end by themselves; cancelling job {}", group.benchmarkId(), jobId);
        try {
            dispatcher.cancelAndConfirm(jobId);
        } catch (DispatchUnavailableException e) {
            throw RequestRefusedException.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Servers may take longer to end than clients do. */
    private Duration stopGrace(Group group) {
        ServerGeneration generation;
        group.lock().lock();
        try {
            generation = group.serverGeneration();
        } finally {
            group.lock().unlock();
        }
        return generation == null
                ? timings.stopGrace()
                : timings.stopGrace().plus(generation.specification().stopGrace());
    }

    /** The group's job has ended. The caller holds the group's lock. */
    void end(Group group, GroupState state, @Nullable String cause) {
        for (GroupClient client : group.liveClients()) {
            try {
                lose(group, client, "the group's job has ended");
            } catch (RuntimeException e) {
                // The job has ended, regardless of the run's state.
                LOG.error("group {}: giving up {} failed", group.benchmarkId(), client.name(), e);
            } catch (Error e) {
                UncaughtErrors.tell(e);
            }
        }
        if (!group.state().isTerminal()) {
            group.setJob(group.job().withReason(cause));
            clients.transition(group, state, cause);
        }
        String jobId = group.job().jobId();
        if (jobId != null) {
            try {
                dispatcher.forget(jobId);
            } catch (RuntimeException e) {
                // The job has ended: monitoring it further costs little; a group that cannot be deleted blocks its id.
                LOG.error("group {}: job {} is still monitored although it has ended", group.benchmarkId(), jobId, e);
            } catch (Error e) {
                UncaughtErrors.tell(e);
            }
        }
    }

    void lose(Group group, GroupClient client, String cause) {
        boolean expected = group.isEnding();
        clients.lose(group, client, expected ? "it was ordered to end" : cause);
        runs.clientLost(group, client.id());
    }

    /** A group whose deletion was started by a previous process of the service is removed when its job has ended. */
    void finishDeletion(Group group) throws InterruptedException {
        group.lock().lock();
        try {
            if (!group.job().isDeletionAsked()) {
                return;
            }
        } finally {
            group.lock().unlock();
        }
        try {
            clients.archive(group, GroupState.CANCELLED, "deleted on request");
        } catch (StorageException e) {
            LOG.error("group {} could not be deleted: {}; delete it again", group.benchmarkId(), e.getMessage());
        }
    }

    /** A condition that may have become true. */
    @FunctionalInterface
    private interface Check {
        boolean holds() throws InterruptedException;
    }

    private boolean awaitUntil(Check check, Duration longest) throws InterruptedException {
        long deadline = clock.monotonicNanos() + longest.toNanos();
        while (!check.holds()) {
            if (clock.monotonicNanos() - deadline > 0) {
                return false;
            }
            clock.threads().sleep(Duration.ofMillis(20));
        }
        return true;
    }
}
