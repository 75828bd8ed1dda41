package aifactory.slurm.simulation;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param maximumTime null for none
 * @param state {@code up}, {@code down}, {@code drain} or {@code inact}
 * @param nodes names of its nodes
 */
public record SimulatedPartition(
        String name, boolean isDefault, @Nullable Duration maximumTime, String state, List<String> nodes) {
    public SimulatedPartition {
        nodes = List.copyOf(nodes);
    }

    SimulatedPartition withState(String other) {
        return new SimulatedPartition(name, isDefault, maximumTime, other, nodes);
    }
}
