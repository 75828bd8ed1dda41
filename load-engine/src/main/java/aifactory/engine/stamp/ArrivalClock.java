package aifactory.engine.stamp;

import aifactory.measurement.MonotonicClock;
import java.time.InstantSource;

/**
 * Turns the kernel's receive stamps into times on the monotonic clock, and holds them against what is known without
 * them: nothing arrives before it can have, nor after it has been read. A stamp outside of that says that the wall
 * clock was set, or that the segments of a connection came out of order; then the process's own stamp is taken, and its
 * width is the whole time in between.
 *
 * <p>Not thread-safe: belongs to one event loop.
 */
public final class ArrivalClock {
    /** The kernel did not stamp the read. */
    public static final long NO_STAMP = Long.MIN_VALUE;

    private final WallClockOffset offset;

    public ArrivalClock(MonotonicClock clock, InstantSource wallClock) {
        this.offset = new WallClockOffset(clock, wallClock);
    }

    /**
     * Stamps a read.
     *
     * @param kernelNanos the kernel's stamp on the wall clock, or {@link #NO_STAMP}
     * @param readNanos when the process had read the bytes
     * @param earliestNanos before which they were not there
     * @return whether the kernel's stamp was taken
     */
    public boolean stamp(long kernelNanos, long readNanos, long earliestNanos, Arrival arrival) {
        if (kernelNanos != NO_STAMP) {
            if (take(kernelNanos, readNanos, earliestNanos, arrival)) {
                return true;
            }
            if (offset.sample() && take(kernelNanos, readNanos, earliestNanos, arrival)) {
                return true;
            }
        }
        arrival.process(readNanos, earliestNanos);
        return false;
    }

    private boolean take(long kernelNanos, long readNanos, long earliestNanos, Arrival arrival) {
        long stamp = offset.toMonotonicNanos(kernelNanos);
        long uncertainty = offset.uncertaintyNanos();
        if (stamp > readNanos + uncertainty || stamp < earliestNanos - uncertainty) {
            return false;
        }
        arrival.kernel(Math.clamp(stamp, Math.min(earliestNanos, readNanos), readNanos), uncertainty, earliestNanos);
        return true;
    }

    /** To be asked often: the wall clock is compared again, so that a step is noticed. */
    public WallClockOffset offset() {
        return offset;
    }
}
