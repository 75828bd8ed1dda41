package aifactory.engine.loop;

/**
 * How long a slot of a closed loop is occupied at least by a request that fails: a server that refuses at once would otherwise be
 * asked again at once, as fast as the client can. Doubles with every failure in a row and is bounded.
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
     */
    static long remainingNanos(int failures, long takenNanos) {
        if (failures <= 0) {
            return 0;
        }
        int doublings = Math.min(failures - 1, Long.numberOfLeadingZeros(FIRST_NANOS) - 1);
        return Math.max(0, Math.min(FIRST_NANOS << doublings, LONGEST_NANOS) - takenNanos);
    }
}
