package aifactory.slurm.planning;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request for resources that a user considers.
 *
 * @param numClients client processes, one per node
 * @param cpus of each
 * @param memory of each in Slurm's notation, {@code 8G}
 * @param timeLimit whole minutes
 * @param partition null for the cluster's default
 * @param genericResources of each, {@code gpu:1}; null for none
 */
public record PlanQuestion(
        int numClients,
        int cpus,
        String memory,
        Duration timeLimit,
        @Nullable String partition,
        @Nullable String qos,
        @Nullable String account,
        @Nullable String genericResources,
        @Nullable String constraint) {}
