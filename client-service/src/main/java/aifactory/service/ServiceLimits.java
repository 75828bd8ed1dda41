package aifactory.service;

import java.time.Duration;

/**
 * Bounds of what the service takes in.
 *
 * @param maximumGroups that have not ended at the same time
 * @param maximumRequestBytes of a request's body, except a client's batch
 * @param maximumBatchBytes of a client's batch, as sent
 * @param maximumBatchJsonBytes of a client's batch, decompressed
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
        int maximumQueuedWrites,
        int maximumFollowers,
        int maximumConnections,
        Duration connectionIdle,
        Duration longestBody) {

    public static ServiceLimits defaults() {
        return new ServiceLimits(
                1_000,
                1 << 20,
                16 << 20,
                64 << 20,
                4_096,
                256,
                20_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(120));
    }
}
