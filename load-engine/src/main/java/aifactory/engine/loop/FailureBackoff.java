package aifactory.engine.loop;

import java.util.concurrent.TimeUnit;

/**
 * How long a slot of a closed loop is occupied at least by a request that fails: a server that refuses at once would
 * otherwise be asked again at once, as fast as the client can. Doubles with every failure in a row and is bounded. What
 * the server itself asks for by {@code Retry-After} is waited for too, up to the same bound: a load that waited for
 * longer would not be the one that was asked for.
 */
final class FailureBackoff {
    static final long FIRST_NANOS = 100_000_000;
    static final long LONGEST_NANOS = 1_000_000_000;

    private FailureBackoff() {}

    /**
     * What is still to be waited.
     *
     * @param failures in a row, the latest among them; 0 for none
     * @param takenNanos from the failed request's schedule to its end
     * @param retryAfterSeconds from its end on, as the server asked; 0 where it did not
     */
    static long remainingNanos(int failures, long takenNanos, int retryAfterSeconds) {
        if (failures <= 0) {
            return 0;
        }
        int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(FIRST_NANOS) - 1);
        long askedNanos = Math.min(TimeUnit.SECONDS.toNanos(retryAfterSeconds), LONGEST_NANOS);
        return Math.max(askedNanos, Math.min(FIRST_NANOS << doublings, LONGEST_NANOS) - takenNanos);
    }
}
