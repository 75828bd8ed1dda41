package aifactory.service.coordination;

import aifactory.protocol.GroupState;
import aifactory.protocol.RunState;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceTimings;
import aifactory.service.UncaughtErrors;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.groups.JobInfo;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.Run;
import aifactory.service.servers.ServerGeneration;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitors the groups: queries the dispatcher for the states of the jobs, gives up clients without contact, releases
 * idle groups, and ends groups on request. One thread monitors; ending a group runs on the thread of the caller.
 */
public final class GroupSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSupervisor.class);

    private static final Duration ADOPTION_INTERVAL = Duration.ofSeconds(10);
    /** A turn waits for the dispatcher, which gives up much sooner. */
    private static final Duration LONGEST_TURN = Duration.ofMinutes(5);

    private final ClientManager clients;
    private final RunCoordinator runs;
    private final ServerCoordinator servers;
    private final ClientDispatcher dispatcher;
    private final GroupEnding ending;
    private final ServiceTimings timings;
    private final ServiceClock clock;
    private final Thread thread;
    /** What went wrong last with a group, by its key; touched by the watching thread alone. */
    private final Map<Long, String> failing = new HashMap<>();

    /** What happened to the processes of groups' jobs, by their keys; touched by the watching thread alone. */
    private final Map<Long, JobLosses> losses = new HashMap<>();

    private long nextJobPollNanos;
    private volatile long turnSinceNanos;
    private volatile boolean started;
    private volatile boolean closed;

    public GroupSupervisor(
            ClientManager clients,
            RunCoordinator runs,
            ServerCoordinator servers,
            ClientDispatcher dispatcher,
            ServiceTimings timings,
            ServiceClock clock) {
        this.clients = clients;
        this.runs = runs;
        this.servers = servers;
        this.dispatcher = dispatcher;
        this.timings = timings;
        this.clock = clock;
        this.ending = new GroupEnding(clients, runs, dispatcher, timings, clock);
        this.thread = clock.threads().lasting("group-supervisor", this::run);
    }

    /** Restores the jobs of a previous process and starts monitoring. */
    public void start(List<Group> restored) throws InterruptedException {
        for (Group group : restored) {
            boolean over;
            boolean jobIsKnown;
            group.lock().lock();
            try {
                over = group.state().isTerminal();
                jobIsKnown = group.job().jobId() != null;
            } finally {
                group.lock().unlock();
            }
            if (over) {
                ending.finishDeletion(group);
                continue;
            }
            // Looking for a job by its token may take minutes; the service does not wait for that.
            if (!jobIsKnown || !adoptOrTell(group)) {
                clock.threads().start("adopt-" + group.benchmarkId(), () -> adoptUntilDone(group));
            }
        }
        countSilenceFromNow(restored);
        nextJobPollNanos = clock.monotonicNanos();
        turnSinceNanos = clock.monotonicNanos();
        started = true;
        thread.start();
    }

    /**
     * While an earlier state was read and its jobs were looked for, which may take minutes, no client could be heard in
     * time.
     */
    private void countSilenceFromNow(List<Group> restored) {
        for (Group group : restored) {
            group.lock().lock();
            try {
                long nowNanos = clock.monotonicNanos();
                group.liveClients().forEach(client -> client.heard(nowNanos));
            } finally {
                group.lock().unlock();
            }
        }
    }

    private void adoptUntilDone(Group group) {
        try {
            while (!closed && !adoptOrTell(group)) {
                clock.threads().sleep(ADOPTION_INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A group that cannot be restored does not prevent others from being restored, and is retried. */
    private boolean adoptOrTell(Group group) throws InterruptedException {
        try {
            return adopt(group);
        } catch (RuntimeException e) {
            LOG.error("group {}: its job could not be restored; trying again", group.benchmarkId(), e);
            return false;
        } catch (Error e) {
            // Ends a service that has a separate process; elsewhere the group is restored later.
            UncaughtErrors.tell(e);
            return false;
        }
    }

    /** Whether it is known now what became of the group's job. */
    private boolean adopt(Group group) throws InterruptedException {
        Optional<DispatchedJob> job;
        try {
            job = dispatcher.adopt(clients.orderOf(group));
        } catch (DispatchUnavailableException e) {
            LOG.warn("group {}: its job could not be looked up: {}", group.benchmarkId(), e.getMessage());
            return false;
        }
        boolean notSubmitted = false;
        group.lock().lock();
        try {
            if (job.isEmpty() && group.state() == GroupState.SUBMITTING) {
                notSubmitted = true;
            } else if (job.isEmpty()) {
                ending.end(
                        group,
                        group.job().isDeletionAsked() ? GroupState.CANCELLED : GroupState.FAILED,
                        "its job has ended");
            } else if (group.job().jobId() == null) {
                group.setJob(JobInfo.accepted(job.get()));
                clients.transition(group, GroupState.PENDING, "job " + job.get().jobId() + " was found again");
            } else if (group.state() == GroupState.ENDING) {
                group.setEnding(true);
                clock.threads()
                        .start(
                                "release-" + group.benchmarkId(),
                                () -> ending.release(
                                        group, GroupState.CANCELLED, "ended after a restart of the service"));
            }
        } finally {
            group.lock().unlock();
        }
        if (notSubmitted) {
            clients.creation().giveUp(group);
        } else if (job.isEmpty()) {
            ending.finishDeletion(group);
        }
        return true;
    }

    /** What is wrong with the thread that watches; null where it does its work. */
    public @Nullable String trouble() {
        if (!started || closed) {
            return null;
        }
        if (thread.getState() == Thread.State.TERMINATED) {
            return "the thread group-supervisor has ended";
        }
        long turnNanos = clock.monotonicNanos() - turnSinceNanos;
        return turnNanos > LONGEST_TURN.toNanos()
                ? "the thread group-supervisor has been in the same iteration for "
                        + TimeUnit.NANOSECONDS.toSeconds(turnNanos) + " s"
                : null;
    }

    /** An error ends the thread, and the handler of uncaught errors ends a service that has a separate process. */
    private void run() {
        while (!closed) {
            turnSinceNanos = clock.monotonicNanos();
            try {
                watch();
                clock.threads().sleep(timings.supervision());
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("Monitoring the groups failed; continuing", e);
            }
        }
    }

    private void watch() throws InterruptedException {
        List<Group> groups = clients.all();
        if (clock.monotonicNanos() - nextJobPollNanos >= 0) {
            nextJobPollNanos = clock.monotonicNanos() + timings.jobPoll().toNanos();
            try {
                watchJobs(groups);
            } catch (RuntimeException e) {
                LOG.error("Querying the states of the jobs failed; continuing", e);
            }
        }
        for (Group group : groups) {
            each(group, () -> {
                watchClients(group);
                watchServers(group);
                runs.supervise(group);
                releaseIfIdle(group);
            });
        }
        List<Long> keys = groups.stream().map(Group::key).toList();
        failing.keySet().retainAll(keys);
        losses.keySet().retainAll(keys);
    }

    /**
     * Executes an action on a group under its lock; an error with one group is logged once and does not affect the
     * monitoring of others.
     */
    private void each(Group group, Runnable work) {
        group.lock().lock();
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!String.valueOf(e).equals(failing.put(group.key(), String.valueOf(e)))) {
                LOG.error("Monitoring group {} failed; continuing, it can be deleted", group.benchmarkId(), e);
            }
        } finally {
            group.lock().unlock();
        }
    }

    private void watchJobs(List<Group> groups) throws InterruptedException {
        Map<String, Group> byJob = new LinkedHashMap<>();
        for (Group group : groups) {
            group.lock().lock();
            try {
                String jobId = group.job().jobId();
                if (jobId != null && !group.state().isTerminal()) {
                    byJob.put(jobId, group);
                }
            } finally {
                group.lock().unlock();
            }
        }
        if (byJob.isEmpty()) {
            return;
        }
        // Asked before the states, which are then at least as new.
        byJob.forEach((jobId, group) -> lossesOf(group).checkIfKnown(moment -> dispatcher.isKnownSince(jobId, moment)));
        Map<String, JobStatus> states = dispatcher.states(List.copyOf(byJob.keySet()));
        byJob.forEach((jobId, group) -> {
            JobStatus status = states.get(jobId);
            if (status != null) {
                each(group, () -> take(group, status));
            }
        });
    }

    private JobLosses lossesOf(Group group) {
        return losses.computeIfAbsent(group.key(), key -> new JobLosses());
    }

    private void take(Group group, JobStatus status) {
        JobInfo before = group.job();
        boolean startedAnew = lossesOf(group).take(status, before.startedAtMillis());
        group.nodeAddresses().setNodes(status.nodes());
        group.sawRestarts(status.restarts());
        group.setJob(new JobInfo(
                before.jobId(),
                before.logPaths(),
                status.word(),
                // The caller that ends the group has recorded the reason.
                group.isEnding() || group.state().isTerminal() ? before.reason() : status.reason(),
                millis(status.startedAt()),
                millis(status.endsAt()),
                before.deletionAsked(),
                before.servers(),
                before.notes()));
        if (group.state().isTerminal() || group.state() == GroupState.SUBMITTING) {
            return;
        }
        for (int number : status.endedProcesses()) {
            int server = number - group.definition().numClients();
            if (server >= 0) {
                group.servers()
                        .giveUp(
                                server,
                                "the process that monitors it has ended"
                                        + (status.reason() == null ? "" : " (" + status.reason() + ")"),
                                group.isEnding(),
                                clock.epochMillis());
            }
        }
        loseEndedClients(group, status);
        backToQueue(group, status);
        if (startedAnew) {
            beginAnew(group);
        }
        if (group.isEnding() && status.phase().isTerminal()) {
            // The caller that ends the group records how it ended.
            return;
        }
        switch (status.phase()) {
            case PENDING, UNCERTAIN -> {
                // Nothing to do but wait.
            }
            case RUNNING, ENDING -> {
                if (group.state() == GroupState.PENDING) {
                    clients.transition(group, GroupState.STARTING, "its job runs");
                    clients.updateReadiness(group);
                }
            }
            case COMPLETED -> ending.end(group, GroupState.FAILED, status.reason());
            case FAILED -> ending.end(group, GroupState.FAILED, status.reason());
            case CANCELLED -> ending.end(group, GroupState.CANCELLED, status.reason());
            case EXPIRED -> ending.end(group, GroupState.EXPIRED, status.reason());
        }
    }

    /** Clients whose process has ended, or belonged to an earlier start of a requeued job. */
    private void loseEndedClients(Group group, JobStatus status) {
        boolean anyLost = false;
        for (GroupClient client : group.liveClients()) {
            Integer number = client.registration().processNumber();
            boolean requeued = client.restartCount() < status.restarts();
            if (requeued || (number != null && status.endedProcesses().contains(number))) {
                ending.lose(group, client, requeued ? "its job was requeued" : "its process has ended");
                anyLost = true;
            }
        }
        if (anyLost) {
            clients.updateReadiness(group);
        }
    }

    /**
     * A job in the queue has no processes, also if its clients ended before their loss was noticed. Clients of the
     * current start contradict a status that was read before they registered, and an active run ends before its group
     * changes.
     */
    private void backToQueue(Group group, JobStatus status) {
        boolean hadStarted = group.state() == GroupState.STARTING || group.state() == GroupState.READY;
        if (status.phase() == JobStatus.Phase.PENDING
                && hadStarted
                && !group.isEnding()
                && group.liveClients().isEmpty()) {
            forgetProcesses(group);
            clients.transition(group, GroupState.PENDING, "its job was requeued");
        }
    }

    /** The job was requeued and runs again, and was not seen in the queue. */
    private void beginAnew(Group group) {
        boolean hadStarted = group.state() == GroupState.STARTING || group.state() == GroupState.READY;
        if (hadStarted && !group.isEnding() && group.liveClients().isEmpty()) {
            forgetProcesses(group);
            clients.transition(group, GroupState.STARTING, "its job was requeued and runs again");
        }
    }

    /** The processes of the previous start have ended; those of the next one are others. */
    private void forgetProcesses(Group group) {
        group.servers().forget();
        lossesOf(group).beginAnew(group.clients().size());
    }

    private static @Nullable Long millis(@Nullable Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    private void watchClients(Group group) {
        if (group.state().isTerminal()) {
            return;
        }
        boolean anyLost = false;
        for (GroupClient client : group.liveClients()) {
            long silence = client.silenceNanos(clock.monotonicNanos());
            if (silence > timings.lostAfter().toNanos()) {
                ending.lose(
                        group, client, "no contact for " + timings.lostAfter().toSeconds() + " s");
                anyLost = true;
            } else if (silence > timings.suspectedAfter().toNanos()) {
                client.suspect();
            }
        }
        if (anyLost) {
            clients.updateReadiness(group);
        }
    }

    /** A group that starts servers is of no use without them: its job is given back, once its run has ended. */
    private void watchServers(Group group) {
        if (!group.state().isLive() || group.isEnding() || group.state() == GroupState.PENDING) {
            return;
        }
        if (group.definition().serverGroup() != null) {
            clients.updateReadiness(group);
            clients.targets().lossOfShared(group).ifPresent(loss -> stopRun(group, loss));
            return;
        }
        String trouble =
                servers.supervise(group).or(() -> clientsAreGone(group)).orElse(null);
        JobLosses loss = lossesOf(group);
        if (trouble == null) {
            loss.none();
            return;
        }
        loss.seen(Instant.ofEpochMilli(clock.epochMillis()));
        ServerGeneration generation = group.serverGeneration();
        Run run = group.currentRun();
        if (run != null && run.state() != RunState.QUEUED) {
            if (generation != null && group.servers().allFailed(generation)) {
                stopRun(group, trouble);
            }
            return;
        }
        if (!loss.isConfirmed()) {
            return;
        }
        group.setEnding(true);
        group.setJob(group.job().withReason(trouble));
        clients.transition(group, GroupState.ENDING, trouble);
        clock.threads()
                .start("release-" + group.benchmarkId(), () -> ending.release(group, GroupState.FAILED, trouble));
    }

    /** There is nothing left to measure. */
    private void stopRun(Group group, String why) {
        Run run = group.currentRun();
        if (run != null && run.state() != RunState.QUEUED && run.moments().stopCause() == null) {
            runs.stopForServers(group, why);
        }
    }

    /** The job of a group with servers continues when its clients have ended. */
    private Optional<String> clientsAreGone(Group group) {
        boolean gone = group.serverGeneration() != null
                && group.clients().size() > lossesOf(group).earlierClients()
                && group.liveClients().isEmpty();
        return gone ? Optional.of("every client is lost") : Optional.empty();
    }

    private void releaseIfIdle(Group group) {
        Duration limit = Duration.ofMinutes(group.definition().idleTimeoutMinutes());
        boolean idle = group.state() == GroupState.READY
                // Servers alone are used by other groups.
                && group.definition().numClients() > 0
                && group.currentRun() == null
                && !group.isRunStoring()
                && group.idleNanos(clock.monotonicNanos()) > limit.toNanos();
        if (idle && !group.isEnding()) {
            group.setEnding(true);
            clients.transition(group, GroupState.ENDING, "idle for " + limit.toMinutes() + " minutes");
            clock.threads()
                    .start(
                            "release-" + group.benchmarkId(),
                            () -> ending.release(group, GroupState.ENDED, "released after its idle timeout"));
        }
    }

    /** Ends a group: its run, its clients, its job; returns when the job has ended. Its id can be reused then. */
    public void delete(long benchmarkId) throws StorageException, InterruptedException {
        ending.delete(benchmarkId);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
