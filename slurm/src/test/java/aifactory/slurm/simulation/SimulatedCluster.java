package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The controller and the nodes: jobs, their states and what changes them. Every method is called with this object
 * locked.
 */
final class SimulatedCluster {
    private static final Duration SCHEDULING_INTERVAL = Duration.ofSeconds(1);
    private static final Duration REQUEUE_DELAY = Duration.ofSeconds(5);

    final VirtualClock clock;
    final ClusterConfiguration configuration;
    final AccountingDatabase accounting = new AccountingDatabase();
    final Map<String, SimulatedPartition> partitions = new LinkedHashMap<>();
    final Set<String> downNodes = new HashSet<>();
    final Map<String, Long> holders = new HashMap<>();
    final Notifications notifications = new Notifications();
    private final Map<Long, SimulatedJob> jobs = new TreeMap<>();
    private final SimulatedScheduler scheduler;
    private long nextId = 1;
    private boolean schedulingDue;

    SimulatedCluster(VirtualClock clock, ClusterConfiguration configuration) {
        this.clock = clock;
        this.configuration = configuration;
        configuration.partitions().forEach(partition -> partitions.put(partition.name(), partition));
        scheduler = new SimulatedScheduler(this);
    }

    SimulatedJob submit(
            Map<String, String> options, String script, Map<String, String> environment, JobBehaviour behaviour) {
        return submit(List.of(options), script, environment, behaviour);
    }

    /**
     * A job of one component for each of the options.
     *
     * @return its first component
     */
    SimulatedJob submit(
            List<Map<String, String>> options, String script, Map<String, String> environment, JobBehaviour behaviour) {
        Instant now = clock.now();
        Instant visible = now.plus(configuration.visibilityDelay());
        List<SimulatedJob> components = options.stream()
                .map(one -> new SimulatedJob(nextId++, one, script, environment, behaviour, now, visible))
                .toList();
        for (SimulatedJob job : components) {
            job.components = components;
            job.offset = components.indexOf(job);
            jobs.put(job.id, job);
            account(job);
        }
        scheduleSoon();
        return components.getFirst();
    }

    /** An id that is used up and given to no job, as {@code --test-only} does. */
    long reserveId() {
        return nextId++;
    }

    Collection<SimulatedJob> jobs() {
        return jobs.values();
    }

    Optional<SimulatedJob> job(long id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** The job or the component of that id, {@code 7} or {@code 7+1}. */
    Optional<SimulatedJob> job(String id) {
        int plus = id.indexOf('+');
        if (plus < 0) {
            return job(Long.parseLong(id));
        }
        int offset = Integer.parseInt(id.substring(plus + 1));
        return job(Long.parseLong(id.substring(0, plus)))
                .filter(leader -> offset < leader.components.size())
                .map(leader -> leader.components.get(offset));
    }

    private static List<SimulatedJob> others(SimulatedJob leader) {
        return leader.components.stream().filter(job -> job != leader).toList();
    }

    List<String> freeNodes(SimulatedPartition partition) {
        return partition.nodes().stream()
                .filter(node -> !holders.containsKey(node) && !downNodes.contains(node))
                .toList();
    }

    void scheduleSoon() {
        if (!schedulingDue) {
            schedulingDue = true;
            later(SCHEDULING_INTERVAL, () -> {
                schedulingDue = false;
                scheduler.run();
            });
        }
    }

    private void later(Duration delay, Runnable action) {
        clock.schedule(delay, () -> {
            synchronized (this) {
                action.run();
            }
            notifications.deliver();
        });
    }

    /** As {@link #later}, unless the job's plan has changed by then. */
    private void plan(SimulatedJob job, Duration delay, Runnable action) {
        int plan = job.plan;
        later(delay, () -> {
            if (job.plan == plan) {
                action.run();
            }
        });
    }

    void start(SimulatedJob job, List<String> nodes) {
        job.state = JobState.RUNNING;
        job.reason = "None";
        job.startedAt = clock.now();
        job.nodes = new ArrayList<>(nodes);
        nodes.forEach(node -> holders.put(node, job.id));
        job.plan++;
        account(job);
        notifications.started(job);
        if (!job.isLeader()) {
            return;
        }
        Duration limit = job.timeLimit();
        if (job.behaviour.runTime().compareTo(limit) < 0) {
            plan(job, job.behaviour.runTime(), () -> finish(job, JobState.COMPLETED, job.behaviour.exitCode(), 0));
        } else {
            plan(job, limit, () -> stop(job, JobState.TIMEOUT));
        }
        Duration lead = signalLead(job);
        if (lead != null) {
            Duration after = limit.minus(lead).minus(configuration.signalEarliness());
            plan(job, after.isNegative() ? Duration.ZERO : after, () -> term(job));
        }
    }

    private static @Nullable Duration signalLead(SimulatedJob job) {
        String signal = job.options.get("signal");
        if (signal == null || !signal.startsWith("TERM@")) {
            return null;
        }
        return Duration.ofSeconds(Long.parseLong(signal.substring("TERM@".length())));
    }

    /** The steps get SIGTERM; the batch script does not. */
    void term(SimulatedJob job) {
        if (job.state != JobState.RUNNING) {
            return;
        }
        notifications.signalled(job);
        if (job.isLeader()) {
            others(job).forEach(this::term);
        } else {
            // The script, and with it the job, is that of the first component.
            return;
        }
        switch (job.behaviour.onTerm()) {
            case FLUSH -> {
                job.plan++;
                plan(job, job.behaviour.flushTime(), () -> finish(job, JobState.COMPLETED, 0, 0));
            }
            // What srun returns for tasks that a signal killed: the signal in 22.05, as a shell would say it in 26.05.
            case DIE -> finish(job, JobState.COMPLETED, configuration.release() >= 2305 ? 143 : 15, 0);
            case IGNORE -> {}
        }
    }

    /** What {@code scancel} and the time limit do: SIGTERM, and SIGKILL after {@code KillWait}. */
    void stop(SimulatedJob job, JobState end) {
        if (job.isOver() || job.state == JobState.COMPLETING) {
            return;
        }
        if (job.isLeader()) {
            others(job).forEach(other -> stop(other, end));
        }
        job.plan++;
        if (job.state == JobState.PENDING) {
            finish(job, end, 0, 0);
            return;
        }
        notifications.signalled(job);
        job.state = JobState.COMPLETING;
        Duration wait = switch (job.behaviour.onTerm()) {
            case FLUSH -> shorter(job.behaviour.flushTime(), configuration.killWait());
            case DIE -> Duration.ZERO;
            case IGNORE -> configuration.killWait();
        };
        plan(job, wait, () -> finish(job, end, 0, 0));
    }

    private static Duration shorter(Duration first, Duration second) {
        return first.compareTo(second) <= 0 ? first : second;
    }

    /** The end of a job. A script that ends by itself is COMPLETED or, by its code, FAILED. */
    void finish(SimulatedJob job, JobState end, int exitCode, int exitSignal) {
        if (job.isLeader()) {
            others(job).stream()
                    .filter(other -> !other.isOver())
                    .forEach(other -> finish(other, end, exitCode, exitSignal));
        }
        boolean ran = job.startedAt != null;
        job.plan++;
        job.state = end == JobState.COMPLETED && exitCode != 0 ? JobState.FAILED : end;
        if (job.state == JobState.FAILED && ran) {
            job.reason = "NonZeroExitCode";
        } else if (job.state == JobState.TIMEOUT) {
            job.reason = "TimeLimit";
        }
        job.exitCode = exitCode;
        job.exitSignal = exitSignal;
        job.endedAt = clock.now();
        release(job);
        account(job);
        if (ran) {
            notifications.stopped(job);
        }
        later(configuration.minJobAge(), () -> {
            if (job.isOver()) {
                jobs.remove(job.id, job);
            }
        });
        scheduleSoon();
    }

    /** As if the controller had never known it. */
    void forget(SimulatedJob job) {
        job.plan++;
        release(job);
        jobs.remove(job.id);
    }

    void countAnew() {
        nextId = 1;
    }

    private void release(SimulatedJob job) {
        holders.values().removeIf(id -> id == job.id);
    }

    /** Back into the queue, to begin again: all components of the job. */
    void requeue(SimulatedJob component) {
        component.components.forEach(this::requeueComponent);
    }

    private void requeueComponent(SimulatedJob job) {
        job.plan++;
        notifications.stopped(job);
        release(job);
        job.state = JobState.PENDING;
        job.reason = "BeginTime";
        job.forcedReason = "BeginTime";
        job.restarts++;
        job.startedAt = null;
        job.nodes = new ArrayList<>();
        account(job);
        plan(job, REQUEUE_DELAY, () -> {
            job.forcedReason = null;
            scheduleSoon();
        });
    }

    void preempt(SimulatedJob job) {
        if (job.requeueAllowed()) {
            requeue(job);
        } else {
            stop(job.leader(), JobState.PREEMPTED);
        }
    }

    void failNode(String node) {
        downNodes.add(node);
        Long holder = holders.remove(node);
        SimulatedJob job = holder == null ? null : jobs.get(holder);
        if (job == null || job.state != JobState.RUNNING) {
            return;
        }
        AccountingDatabase.Row before =
                AccountingDatabase.Row.of(job, clock.now()).resized(clock.now());
        job.nodes.remove(node);
        notifications.lostNode(job, node);
        if (job.nodes.isEmpty() || !job.options.containsKey("no-kill")) {
            if (job.requeueAllowed()) {
                requeue(job);
            } else {
                finish(job, JobState.NODE_FAIL, 0, 0);
            }
            return;
        }
        Instant now = clock.now();
        AccountingDatabase.Row after = AccountingDatabase.Row.of(job, now);
        if (configuration.accounting()) {
            later(configuration.accountingDelay(), () -> accounting.resize(before, after));
        }
    }

    /** Reports to the accounting database, which receives it a little later. */
    void account(SimulatedJob job) {
        if (!configuration.accounting()) {
            return;
        }
        AccountingDatabase.Row row = AccountingDatabase.Row.of(job, clock.now());
        if (configuration.accountingDelay().isZero()) {
            accounting.record(row);
        } else {
            later(configuration.accountingDelay(), () -> accounting.record(row));
        }
    }
}
