package aifactory.slurm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one step of a job used.
 *
 * @param step {@code batch}, {@code extern}, or the step's number
 * @param name of its program, empty where the source does not tell
 * @param tasks how many, 0 where the source does not tell
 * @param maximumResidentBytes of its largest task, -1 where nothing was sampled
 * @param maximumResidentNode where that task ran
 * @param averageResidentBytes over its tasks, -1 where nothing was sampled
 * @param maximumVirtualBytes of the task with the largest virtual memory, -1 where nothing was sampled
 * @param averagePageFaults over its tasks, -1 where nothing was sampled
 * @param cpuTime user and system time of all its tasks, null where the source does not tell
 */
public record StepUsage(
        String step,
        String name,
        int tasks,
        long maximumResidentBytes,
        @Nullable String maximumResidentNode,
        long averageResidentBytes,
        long maximumVirtualBytes,
        long averagePageFaults,
        @Nullable Duration cpuTime) {
    StepUsage named(String other) {
        return new StepUsage(
                other,
                name,
                tasks,
                maximumResidentBytes,
                maximumResidentNode,
                averageResidentBytes,
                maximumVirtualBytes,
                averagePageFaults,
                cpuTime);
    }
}
