package aifactory.slurm.simulation;

import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.command.CommandRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole Slurm in memory, with a virtual clock. {@link #commands()} answers {@code sbatch}, {@code squeue} and the
 * others in the very bytes that Slurm 22.05 and 26.05 print, {@link #rest()} answers as their {@code slurmrestd} does.
 * Jobs run in virtual time; what goes wrong is scripted by the methods here. Thread-safe.
 */
public final class FakeSlurm {
    private static final Instant START = Instant.parse("2026-11-24T06:00:00Z");

    private final VirtualClock clock = new VirtualClock(START);
    private final SimulatedCluster cluster;
    private final SimulatedCommands commands;
    private final SimulatedRest rest;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Queue<SubmissionFault> submissionFaults = new ArrayDeque<>();
    private Function<JobView, @Nullable JobBehaviour> behaviours = job -> null;
    private ControllerMode mode = ControllerMode.UP;
    private boolean accountingDown;
    private boolean accountingReversed;
    private final RateLimit rateLimit;

    public FakeSlurm(ClusterConfiguration configuration) {
        cluster = new SimulatedCluster(clock, configuration);
        rateLimit = new RateLimit(clock);
        commands = new SimulatedCommands(this, cluster);
        rest = new SimulatedRest(this, cluster);
    }

    public static FakeSlurm ofNodes(int count) {
        return new FakeSlurm(ClusterConfiguration.ofNodes(count));
    }

    public VirtualClock clock() {
        return clock;
    }

    /** Runs Slurm's commands, as if in their own processes. */
    public CommandRunner commands() {
        return commands;
    }

    /** Answers REST requests. */
    public SimulatedRest rest() {
        return rest;
    }

    public void listen(JobListener listener) {
        cluster.notifications.add(listener);
    }

    /** Decides what jobs do that are submitted from now on; null leaves it to their scripts. */
    public void behave(Function<JobView, @Nullable JobBehaviour> decision) {
        synchronized (cluster) {
            behaviours = decision;
        }
    }

    @Nullable
    JobBehaviour behaviour(JobView job) {
        return behaviours.apply(job);
    }

    public void controller(ControllerMode newMode) {
        synchronized (cluster) {
            mode = newMode;
        }
    }

    ControllerMode mode() {
        return mode;
    }

    /** Whether {@code slurmdbd} is unreachable. */
    public void accountingDown(boolean down) {
        synchronized (cluster) {
            accountingDown = down;
        }
    }

    /** Whether {@code sacct} prints jobs, and so components of a job, in the reverse of their order. */
    public void reverseAccounting(boolean reversed) {
        synchronized (cluster) {
            accountingReversed = reversed;
        }
    }

    boolean isAccountingReversed() {
        return accountingReversed;
    }

    boolean isAccountingDown() {
        return accountingDown;
    }

    /** What happens to the next submissions, one each. */
    public void failSubmissions(SubmissionFault... faults) {
        synchronized (cluster) {
            submissionFaults.addAll(List.of(faults));
        }
    }

    @Nullable
    SubmissionFault nextSubmissionFault() {
        return submissionFaults.poll();
    }

    /**
     * Limits how often the controller is asked: 30 at once, 2 more each second; beyond that a command sleeps silently.
     */
    public void limitRate() {
        synchronized (cluster) {
            rateLimit.enable();
        }
    }

    /** How long commands slept for the rate limit so far. */
    public Duration rateLimited() {
        synchronized (cluster) {
            return rateLimit.slept();
        }
    }

    /** Counts a request; the one who makes it has to sleep so long first. */
    Duration ask(String what) {
        synchronized (cluster) {
            counts.merge(what, 1, Integer::sum);
            return rateLimit.ask();
        }
    }

    /** How often each command or REST route was asked for, by name. */
    public Map<String, Integer> counts() {
        synchronized (cluster) {
            return Map.copyOf(counts);
        }
    }

    public void resetCounts() {
        synchronized (cluster) {
            counts.clear();
        }
    }

    /** Every job that the controller knows. */
    public List<JobView> jobs() {
        synchronized (cluster) {
            return cluster.jobs().stream().map(JobView::of).toList();
        }
    }

    public JobView job(JobId id) {
        synchronized (cluster) {
            return JobView.of(found(id));
        }
    }

    private SimulatedJob found(JobId id) {
        return cluster.job(id.number()).orElseThrow(() -> new NoSuchElementException("no job " + id));
    }

    private void change(Runnable change) {
        synchronized (cluster) {
            change.run();
        }
        cluster.notifications.deliver();
    }

    /** Keeps a pending job where it is, for that reason; null releases it. */
    public void pend(JobId id, @Nullable String reason) {
        change(() -> {
            SimulatedJob job = found(id);
            job.forcedReason = reason;
            if (reason != null && job.state == JobState.PENDING) {
                job.reason = reason;
                cluster.account(job);
            }
            cluster.scheduleSoon();
        });
    }

    public void partitionState(String name, String state) {
        change(() -> {
            cluster.partitions.computeIfPresent(name, (key, partition) -> partition.withState(state));
            cluster.scheduleSoon();
        });
    }

    public void failNode(String node) {
        change(() -> cluster.failNode(node));
    }

    public void repairNode(String node) {
        change(() -> {
            cluster.downNodes.remove(node);
            cluster.scheduleSoon();
        });
    }

    /** Takes a running job's nodes away: back into the queue where it may, ended where it may not. */
    public void preempt(JobId id) {
        change(() -> cluster.preempt(found(id)));
    }

    public void requeue(JobId id) {
        change(() -> cluster.requeue(found(id)));
    }

    public void runOutOfMemory(JobId id) {
        change(() -> cluster.finish(found(id), JobState.OUT_OF_MEMORY, 0, 125));
    }

    /**
     * Ends a job in a state that nothing else here brings about, {@code BOOT_FAIL} or {@code DEADLINE} for instance.
     */
    public void end(JobId id, JobState state, int exitCode) {
        change(() -> cluster.finish(found(id), state, exitCode, 0));
    }

    /**
     * Shows a job in a state, without anything else happening: {@code CONFIGURING} or {@code SUSPENDED} for instance.
     */
    public void show(JobId id, JobState state) {
        change(() -> found(id).state = state);
    }

    /** So many requests to cancel or signal the job are answered with "Job can not be altered now, try again later". */
    public void answerBusy(JobId id, int times) {
        change(() -> found(id).busyAnswers = times);
    }

    /** The controller comes back without its state: it knows no job any more. */
    public void loseState() {
        change(() -> {
            for (SimulatedJob job : List.copyOf(cluster.jobs())) {
                cluster.forget(job);
            }
        });
    }

    /** The same, and the next job gets the id of the first one: Slurm restarts its numbering. */
    public void loseStateAndIds() {
        loseState();
        change(cluster::countAnew);
    }

    /** Submits a job of another user or of a previous process, in addition to those under test. */
    public JobId submitBeside(String name, String script) {
        synchronized (cluster) {
            Map<String, String> options = SubmissionCheck.completed(cluster, Map.of("job-name", name, "nodes", "1"));
            return new JobId(cluster.submit(options, script, Map.of(), JobBehaviour.ofScript(script)).id);
        }
    }
}
