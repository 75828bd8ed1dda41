package aifactory.service.dispatch;

import aifactory.protocol.GroupUsage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job has and uses, or used.
 *
 * @param word the other side's for its state
 * @param nodeSeconds of its allocation
 * @param cpus of its allocation
 * @param requestedMemory per node, {@code 8G}; empty if unknown
 * @param maximumResidentBytes of its largest process, -1 where nothing was sampled
 * @param cpuShare of the allocated CPU time that was used, -1 where it is not known
 * @param advice for the next job, one sentence each
 */
public record JobUsage(
        String word,
        Duration elapsed,
        long nodeSeconds,
        int nodes,
        int cpus,
        String requestedMemory,
        long maximumResidentBytes,
        double cpuShare,
        List<GroupUsage.Step> steps,
        List<String> advice,
        List<String> nativeCommands) {
    public JobUsage {
        steps = List.copyOf(steps);
        advice = List.copyOf(advice);
        nativeCommands = List.copyOf(nativeCommands);
    }

    /** Null for -1: "not known" on the wire. */
    public @Nullable Long maximumResidentOrNull() {
        return maximumResidentBytes < 0 ? null : maximumResidentBytes;
    }
}
