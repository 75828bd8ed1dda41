package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /plan}: the resources of a group, and whether and when they would be available.
 *
 * @param timeLimit minutes
 * @param nodeHours upper bound
 * @param verdict one sentence
 * @param expectedStart ISO 8601, UTC; null where there is no estimate
 * @param startWords the other side's own about the start
 */
public record PlanView(
        int numClients,
        int cpus,
        String mem,
        int timeLimit,
        int totalCpus,
        long totalMemoryBytes,
        double nodeHours,
        double cpuHours,
        @Nullable String partition,
        boolean fits,
        String verdict,
        @Nullable String expectedStart,
        String startWords,
        List<Offer> partitions,
        List<String> nativeCommands) {

    /**
     * What a partition has.
     *
     * @param fitting nodes with room for a client, whether busy or not
     * @param idle those of them that are idle
     * @param timeLimit minutes, null for none
     * @param obstacles why it cannot take the group
     */
    public record Offer(
            String partition,
            int nodes,
            int fitting,
            int idle,
            @Nullable Integer timeLimit,
            List<String> shapes,
            List<String> obstacles) {}
}
