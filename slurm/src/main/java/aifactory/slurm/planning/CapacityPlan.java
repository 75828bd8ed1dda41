package aifactory.slurm.planning;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan would take, and whether and when the cluster could give it.
 *
 * @param totalMemoryBytes of all clients
 * @param nodeHours upper bound, if the time limit is used up
 * @param offers by partition
 * @param chosen the partition that the job would go to, null where none is named and the cluster tells no default
 * @param verdict one sentence
 * @param fits whether the chosen partition can take it, now or later
 * @param expectedStart Slurm's estimate, null where it gives none
 * @param startWords Slurm's words about the start, or its refusal with the remedy
 */
public record CapacityPlan(
        PlanQuestion question,
        int totalCpus,
        long totalMemoryBytes,
        double nodeHours,
        double cpuHours,
        List<PartitionOffer> offers,
        @Nullable String chosen,
        String verdict,
        boolean fits,
        @Nullable Instant expectedStart,
        String startWords,
        List<String> nativeCommands) {
    public CapacityPlan {
        offers = List.copyOf(offers);
        nativeCommands = List.copyOf(nativeCommands);
    }
}
