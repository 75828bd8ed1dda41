package aifactory.slurm.planning;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a partition has for a plan.
 *
 * @param nodes all of its nodes
 * @param fitting those whose shape has room for a client, whether busy or not
 * @param idle those of them that are unused now
 * @param shapes of its nodes, {@code 4 x 32 CPUs, 128 GiB, gpu:a100:2 (idle)}
 * @param timeLimit null for none
 * @param obstacles why it cannot take the plan, one sentence each; empty when it can
 */
public record PartitionOffer(
        String partition,
        boolean isDefault,
        int nodes,
        int fitting,
        int idle,
        List<String> shapes,
        @Nullable Duration timeLimit,
        List<String> obstacles) {
    public PartitionOffer {
        shapes = List.copyOf(shapes);
        obstacles = List.copyOf(obstacles);
    }
}
