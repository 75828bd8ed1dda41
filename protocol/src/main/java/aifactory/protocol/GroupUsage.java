package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /client-group/{id}/usage}: what a group's job has and uses, or used.
 *
 * @param requestedMemory per node, in Slurm's notation; empty if unknown
 * @param maximumResidentBytes of its largest client process, null where nothing was sampled
 * @param cpuShare of the allocated CPU time that was used, 0 to 1; null where it is not known
 * @param advice one sentence each
 */
public record GroupUsage(
        long benchmarkId,
        @Nullable String jobId,
        @Nullable String jobState,
        double elapsedS,
        int nodes,
        int cpus,
        String requestedMemory,
        double nodeHours,
        double cpuHours,
        @Nullable Long maximumResidentBytes,
        @Nullable Double cpuShare,
        List<Step> steps,
        List<String> advice,
        List<String> nativeCommands) {

    /**
     * A step of the job, or a process of the local dispatcher.
     *
     * @param maximumResidentBytes of its largest task, null where nothing was sampled
     * @param node where that task ran
     * @param maximumVirtualBytes of the task with the largest virtual memory, null where nothing was sampled
     * @param averagePageFaults over its tasks, null where nothing was sampled
     */
    public record Step(
            String step,
            String name,
            int tasks,
            @Nullable Long maximumResidentBytes,
            @Nullable String node,
            @Nullable Double cpuTimeS,
            @Nullable Long maximumVirtualBytes,
            @Nullable Long averagePageFaults) {}
}
