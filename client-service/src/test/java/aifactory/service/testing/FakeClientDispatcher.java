package aifactory.service.testing;

import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps jobs in memory; tests say what becomes of them. It outlives the service, as a cluster does. Thread-safe. */
public final class FakeClientDispatcher implements ClientDispatcher {
    /** Every job is on this machine. */
    private static final List<String> NODES = List.of("localhost");

    private final Map<String, JobStatus> jobs = new LinkedHashMap<>();
    private final Map<String, String> jobIds = new HashMap<>();
    private final List<DispatchOrder> orders = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();
    private @Nullable DispatchRefusedException refusal;
    private @Nullable DispatchUnavailableException trouble;
    private boolean held;
    private boolean outdated;
    private Runnable whenAdopting = () -> {};
    private int looks;

    @Override
    public String name() {
        return "fake";
    }

    /** The next jobs are refused in those words; null for none any more. */
    public synchronized void refuse(@Nullable String field, @Nullable String words) {
        refusal = words == null ? null : new DispatchRefusedException(field, words);
    }

    /** Nothing can be asked any more; null for as usual. */
    public synchronized void breakDown(@Nullable String words) {
        trouble = words == null ? null : new DispatchUnavailableException(words);
    }

    /** The behaviour while a job of a previous process is searched. */
    public synchronized void whenAdopting(Runnable meanwhile) {
        whenAdopting = meanwhile;
    }

    /** How often the states of jobs were asked for. */
    public synchronized int looks() {
        return looks;
    }

    /** New jobs wait from now on, until they are let run. */
    public synchronized void hold() {
        held = true;
    }

    /** Whether what it reports of jobs is older than what happens to their processes. */
    public synchronized void outdated(boolean isOutdated) {
        outdated = isOutdated;
    }

    @Override
    public synchronized boolean isKnownSince(String jobId, Instant moment) {
        return !outdated;
    }

    /** Every job that waits runs, and ends at that time. */
    public synchronized void run(@Nullable Instant endsAt) {
        held = false;
        jobs.replaceAll((id, status) -> status.phase().isTerminal()
                ? status
                : status(JobStatus.Phase.RUNNING, "RUNNING", null, endsAt, Set.of()));
    }

    public synchronized void end(String jobId, JobStatus.Phase phase, String reason) {
        jobs.put(jobId, status(phase, phase.name(), reason, null, Set.of()));
        notifyAll();
    }

    /** One of the job's processes has ended while the job still runs. */
    public synchronized void endProcess(String jobId, int number) {
        jobs.put(jobId, status(JobStatus.Phase.RUNNING, "RUNNING", null, null, Set.of(number)));
    }

    /** The job is in that phase, under that name of its state, and has started again so often. */
    public synchronized void set(
            String jobId, JobStatus.Phase phase, String word, Set<Integer> endedProcesses, int restarts) {
        jobs.put(jobId, new JobStatus(phase, word, null, null, null, NODES, endedProcesses, restarts, false));
        notifyAll();
    }

    /** There never was such a job. */
    public synchronized void loseEverything() {
        jobs.clear();
        jobIds.clear();
    }

    /** The jobs are those of other groups, as submitted by another process of the service. */
    public synchronized void rename(Map<String, String> tokensByJobId) {
        jobIds.clear();
        tokensByJobId.forEach((jobId, token) -> jobIds.put(token, jobId));
    }

    public synchronized List<DispatchOrder> orders() {
        return List.copyOf(orders);
    }

    public synchronized List<String> cancelled() {
        return List.copyOf(cancelled);
    }

    private static JobStatus status(
            JobStatus.Phase phase,
            String word,
            @Nullable String reason,
            @Nullable Instant endsAt,
            Set<Integer> endedProcesses) {
        return new JobStatus(phase, word, reason, null, endsAt, NODES, endedProcesses, 0, false);
    }

    @Override
    public synchronized DispatchedJob submit(DispatchOrder order)
            throws DispatchRefusedException, DispatchUnavailableException {
        if (trouble != null) {
            throw trouble;
        }
        if (refusal != null) {
            throw refusal;
        }
        String jobId = Integer.toString(7000 + orders.size());
        orders.add(order);
        jobIds.put(order.token(), jobId);
        jobs.put(
                jobId,
                held
                        ? status(JobStatus.Phase.PENDING, "PENDING", "Resources", null, Set.of())
                        : status(JobStatus.Phase.RUNNING, "RUNNING", null, null, Set.of()));
        return job(order, jobId);
    }

    private static DispatchedJob job(DispatchOrder order, String jobId) {
        return new DispatchedJob(
                jobId, List.of(order.logDirectory().resolve(jobId + ".out").toString()));
    }

    @Override
    public synchronized Optional<DispatchedJob> adopt(DispatchOrder order) throws DispatchUnavailableException {
        whenAdopting.run();
        if (trouble != null) {
            throw trouble;
        }
        return Optional.ofNullable(jobIds.get(order.token())).map(jobId -> job(order, jobId));
    }

    @Override
    public synchronized Map<String, JobStatus> states(Collection<String> asked) {
        looks++;
        Map<String, JobStatus> states = new HashMap<>(jobs);
        states.keySet().retainAll(asked);
        return states;
    }

    @Override
    public synchronized JobStatus cancelAndConfirm(String jobId) throws DispatchUnavailableException {
        if (trouble != null) {
            throw trouble;
        }
        JobStatus before = jobs.get(jobId);
        if (before == null || !before.phase().isTerminal()) {
            cancelled.add(jobId);
            end(jobId, JobStatus.Phase.CANCELLED, "cancelled");
        }
        return jobs.getOrDefault(jobId, status(JobStatus.Phase.CANCELLED, "CANCELLED", null, null, Set.of()));
    }

    @Override
    public String preview(DispatchOrder order) {
        return "a job of " + order.numClients() + " processes in memory";
    }

    @Override
    public synchronized boolean awaitEnd(String jobId, Duration longest) throws InterruptedException {
        long deadline = System.nanoTime() + longest.toNanos();
        while (!isGone(jobId)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private boolean isGone(String jobId) {
        JobStatus status = jobs.get(jobId);
        return status == null || status.phase().isTerminal();
    }

    @Override
    public void forget(String jobId) {}

    @Override
    public void close() {}
}
