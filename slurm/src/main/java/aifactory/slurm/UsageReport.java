package aifactory.slurm;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job has, and used, as Slurm counts it.
 *
 * @param state at the time of asking
 * @param elapsed since its start, without suspensions
 * @param nodeSeconds of the allocation; less than elapsed times nodes where nodes were lost on the way
 * @param nodeCount of its allocation
 * @param cpus of its allocation, all nodes together
 * @param requestedMemory as asked for, Slurm's text ({@code 8G}), empty where not told
 * @param cpuTime used by all tasks, null where it is not known yet
 * @param steps newest information by step; empty where nothing was sampled
 * @param nativeCommands the commands that the answer comes from
 */
public record UsageReport(
        JobId id,
        JobState state,
        Duration elapsed,
        long nodeSeconds,
        int nodeCount,
        int cpus,
        String requestedMemory,
        @Nullable Duration cpuTime,
        List<StepUsage> steps,
        List<String> nativeCommands) {
    public UsageReport {
        steps = List.copyOf(steps);
        nativeCommands = List.copyOf(nativeCommands);
    }
}
