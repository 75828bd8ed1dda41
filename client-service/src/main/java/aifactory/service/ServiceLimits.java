package aifactory.service;

import java.time.Duration;

/**
 * Bounds of what the service takes in.
 *
 * @param maximumGroups that have not ended at the same time
 * @param maximumRequestBytes of a request's body, except a client's batch
 * @param maximumBatchBytes of a client's batch, as sent
 * @param maximumBatchJsonBytes of a client's batch, decompressed
 * @param maximumBodiesBytes of the bodies of all requests that are under way, as sent
 * @param maximumQueuedWrites waiting for the database
 * @param maximumFollowers open event streams
 * @param maximumConnections open at the same time; a client of a group keeps two
 * @param connectionIdle after which a silent connection is closed; longer than a poll is held
 * @param longestBody a body that takes longer to come is given up
 */
public record ServiceLimits(
        int maximumGroups,
        int maximumRequestBytes,
        int maximumBatchBytes,
        int maximumBatchJsonBytes,
        long maximumBodiesBytes,
        int maximumQueuedWrites,
        int maximumFollowers,
        int maximumConnections,
        Duration connectionIdle,
        Duration longestBody) {

    private static final int BATCH_BYTES = 16 << 20;
    private static final long MOST_BODIES_BYTES = 128L << 20;

    public ServiceLimits withMaximumGroups(int newMaximumGroups) {
        return new ServiceLimits(
                newMaximumGroups,
                maximumRequestBytes,
                maximumBatchBytes,
                maximumBatchJsonBytes,
                maximumBodiesBytes,
                maximumQueuedWrites,
                maximumFollowers,
                maximumConnections,
                connectionIdle,
                longestBody);
    }

    /** For the heap of this process. */
    public static ServiceLimits defaults() {
        long eighth = Runtime.getRuntime().maxMemory() / 8;
        return new ServiceLimits(
                1_000,
                1 << 20,
                BATCH_BYTES,
                64 << 20,
                Math.clamp(eighth, 2L * BATCH_BYTES, MOST_BODIES_BYTES),
                4_096,
                256,
                20_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(120));
    }
}
