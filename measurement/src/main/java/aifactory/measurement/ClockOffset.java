package aifactory.measurement;

/**
 * An estimate of how far a remote clock is ahead of the local monotonic one, at one moment.
 *
 * <p>Arithmetic wraps as {@link MonotonicClock} readings do, so that any local origin will do.
 *
 * @param offsetNanos remote time less local monotonic time
 * @param uncertaintyNanos the true offset lies within this distance of {@code offsetNanos}; 0 or more
 */
public record ClockOffset(long offsetNanos, long uncertaintyNanos) {
    /** The local monotonic time of a remote time. */
    public long toLocalNanos(long remoteNanos) {
        return remoteNanos - offsetNanos;
    }

    /** The remote time of a local monotonic time. */
    public long toRemoteNanos(long localNanos) {
        return localNanos + offsetNanos;
    }
}
