package aifactory.slurm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a job has, and used, as Slurm counts it.
 *
 * @param state at the time of asking
 * @param elapsed since its start, without suspensions
 * @param nodeSeconds of the allocation; less than elapsed times nodes where nodes were lost on the way
 * @param nodeCount of its allocation
 * @param cpus of its allocation, all nodes together
 * @param requestedMemory as asked for, Slurm's text ({@code 8G}), empty where not reported and where components ask
 *     for different amounts
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

    /**
     * That of a heterogeneous job, whose components have different resources: the sum of what they have, for as long as
     * the first one has it. Steps of the others are named by their component, {@code +1.0}.
     *
     * @param components in their order
     * @return empty without components
     */
    public static Optional<UsageReport> sum(List<UsageReport> components) {
        if (components.size() <= 1) {
            return components.stream().findFirst();
        }
        UsageReport first = components.getFirst();
        List<StepUsage> steps = new ArrayList<>();
        Duration cpuTime = null;
        for (int offset = 0; offset < components.size(); offset++) {
            String prefix = offset == 0 ? "" : "+" + offset + ".";
            components.get(offset).steps.forEach(step -> steps.add(step.named(prefix + step.step())));
            Duration used = components.get(offset).cpuTime;
            cpuTime = cpuTime == null || used == null ? (cpuTime == null ? used : cpuTime) : cpuTime.plus(used);
        }
        return Optional.of(new UsageReport(
                first.id,
                first.state,
                first.elapsed,
                components.stream().mapToLong(UsageReport::nodeSeconds).sum(),
                components.stream().mapToInt(UsageReport::nodeCount).sum(),
                components.stream().mapToInt(UsageReport::cpus).sum(),
                components.stream().map(UsageReport::requestedMemory).distinct().count() == 1
                        ? first.requestedMemory
                        : "",
                cpuTime,
                steps,
                first.nativeCommands));
    }
}
