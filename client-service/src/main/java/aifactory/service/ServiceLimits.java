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
 * @param connectionIdle after which a silent connection is closed; longer than a poll is held
 */
public record ServiceLimits(
        int maximumGroups,
        int maximumRequestBytes,
        int maximumBatchBytes,
        int maximumBatchJsonBytes,
        int maximumQueuedWrites,
        int maximumFollowers,
        Duration connectionIdle) {

    public static ServiceLimits defaults() {
        return new ServiceLimits(1_000, 1 << 20, 16 << 20, 64 << 20, 4_096, 256, Duration.ofSeconds(60));
    }
}
