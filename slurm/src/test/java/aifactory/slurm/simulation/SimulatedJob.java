package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One job of the simulated controller. Guarded by the cluster's lock. */
final class SimulatedJob {
    final long id;
    final Map<String, String> options;
    final String script;
    final Map<String, String> environment;
    final JobBehaviour behaviour;
    final Instant submittedAt;
    final Instant visibleFrom;

    JobState state = JobState.PENDING;
    String reason = "None";

    @Nullable
    String forcedReason;

    @Nullable
    Instant startedAt;

    @Nullable
    Instant endedAt;

    @Nullable
    String cancelledBy;

    List<String> nodes = new ArrayList<>();
    int exitCode;
    int exitSignal;
    int restarts;
    int busyAnswers;
    /** All components of a heterogeneous job in their order, this one included; this job alone otherwise. */
    List<SimulatedJob> components = List.of(this);

    int offset;
    /** Goes up whenever what was planned for the job no longer holds. */
    int plan;

    SimulatedJob(
            long id,
            Map<String, String> options,
            String script,
            Map<String, String> environment,
            JobBehaviour behaviour,
            Instant submittedAt,
            Instant visibleFrom) {
        this.id = id;
        this.options = options;
        this.script = script;
        this.environment = environment;
        this.behaviour = behaviour;
        this.submittedAt = submittedAt;
        this.visibleFrom = visibleFrom;
    }

    boolean isHeterogeneous() {
        return components.size() > 1;
    }

    /** The component that has the batch script. */
    SimulatedJob leader() {
        return components.getFirst();
    }

    boolean isLeader() {
        return leader() == this;
    }

    /** As {@code squeue} and {@code sacct} print it: {@code 7}, or {@code 7+1} for a component. */
    String displayedId() {
        return isHeterogeneous() ? leader().id + "+" + offset : Long.toString(id);
    }

    String option(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    String name() {
        return option("job-name", "sbatch");
    }

    String partition() {
        return option("partition", "cpu");
    }

    String qos() {
        return option("qos", "normal");
    }

    String account() {
        return option("account", "ai-factory");
    }

    int nodeCount() {
        return Integer.parseInt(option("nodes", "1"));
    }

    int cpusPerNode() {
        return Integer.parseInt(option("cpus-per-task", "1")) * Integer.parseInt(option("ntasks-per-node", "1"));
    }

    Duration timeLimit() {
        return SimulatedText.timeLimit(option("time", "10"));
    }

    boolean requeueAllowed() {
        return !options.containsKey("no-requeue");
    }

    boolean isOver() {
        return state.isTerminal();
    }

    boolean isActive() {
        return state == JobState.RUNNING || state == JobState.COMPLETING || state == JobState.SUSPENDED;
    }

    Duration elapsed(Instant now) {
        if (startedAt == null) {
            return Duration.ZERO;
        }
        Instant end = endedAt == null ? now : endedAt;
        return end.isAfter(startedAt) ? Duration.between(startedAt, end) : Duration.ZERO;
    }
}
