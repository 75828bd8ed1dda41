package aifactory.slurm;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of one partition that are alike, as {@code sinfo --exact} groups them.
 *
 * @param partition its name
 * @param isDefault whether jobs go there that name none
 * @param available {@code up}, {@code down}, {@code drain} or {@code inact}
 * @param timeLimit of the partition, null for none
 * @param maximumNodes of a job in the partition, {@link Integer#MAX_VALUE} for no limit
 * @param state Slurm's word without its suffixes: {@code idle}, {@code mixed}, {@code allocated}, {@code down}, …
 * @param count how many nodes
 * @param cpus of each node
 * @param idleCpus of all of them together
 * @param memoryMegabytes of each node (Slurm's megabytes: MiB)
 * @param genericResources for instance {@code gpu:a100:2}, empty without any
 */
public record NodeGroup(
        String partition,
        boolean isDefault,
        String available,
        @Nullable Duration timeLimit,
        int maximumNodes,
        String state,
        int count,
        int cpus,
        int idleCpus,
        long memoryMegabytes,
        String genericResources,
        List<String> features,
        String nodes) {
    public NodeGroup {
        features = List.copyOf(features);
        state = state.toLowerCase(Locale.ROOT);
    }

    /** Whether jobs can be started here, now or when others end. */
    public boolean isUsable() {
        return available.equals("up")
                && switch (state) {
                    case "idle", "mixed", "mix", "allocated", "alloc", "completing", "comp", "planned", "plnd" -> true;
                    default -> false;
                };
    }
}
