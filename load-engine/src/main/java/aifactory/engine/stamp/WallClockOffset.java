package aifactory.engine.stamp;

import aifactory.measurement.MonotonicClock;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The wall clock less the monotonic clock. The kernel stamps what arrives by the wall clock. Both clocks run at the
 * same rate, since the system disciplines them together: their difference changes only when the wall clock is set,
 * which is a step. Therefore, of all samples since the last step the most exact one applies.
 *
 * <p>Not thread-safe: belongs to one event loop.
 */
public final class WallClockOffset {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MOST_TRIES = 3;
    private static final long EXACT_ENOUGH_NANOS = 500;
    /** Beyond what two samples allow: below that it is no step that could matter. */
    private static final long SMALLEST_STEP_NANOS = 1_000;

    private final MonotonicClock clock;
    private final InstantSource wallClock;
    private long offsetNanos;
    private long uncertaintyNanos = Long.MAX_VALUE / 4;
    private long steps;
    private long largestStepNanos;

    public WallClockOffset(MonotonicClock clock, InstantSource wallClock) {
        this.clock = clock;
        this.wallClock = wallClock;
        sample();
        steps = 0;
        largestStepNanos = 0;
    }

    /** The wall clock's time in whole seconds since 1970, by the last sample. */
    public long epochSeconds() {
        return Math.floorDiv(clock.nanoTime() + offsetNanos, NANOS_PER_SECOND);
    }

    /**
     * Compares the clocks again.
     *
     * @return whether the wall clock has been set since the last sample
     */
    public boolean sample() {
        long best = Long.MAX_VALUE;
        long width = Long.MAX_VALUE;
        for (int i = 0; i < MOST_TRIES && width > EXACT_ENOUGH_NANOS; i++) {
            long before = clock.nanoTime();
            Instant now = wallClock.instant();
            long taken = clock.nanoTime() - before;
            if (taken < width) {
                width = taken;
                best = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano() - before - taken / 2;
            }
        }
        return take(best, width / 2 + 1);
    }

    private boolean take(long offset, long uncertainty) {
        long difference = offset - offsetNanos;
        boolean step = Math.abs(difference) > uncertainty + uncertaintyNanos + SMALLEST_STEP_NANOS;
        if (step) {
            steps++;
            if (Math.abs(difference) > Math.abs(largestStepNanos)) {
                largestStepNanos = difference;
            }
        }
        if (step || uncertainty < uncertaintyNanos) {
            offsetNanos = offset;
            uncertaintyNanos = uncertainty;
        }
        return step;
    }

    /** The time on the monotonic clock. */
    long toMonotonicNanos(long wallClockNanos) {
        return wallClockNanos - offsetNanos;
    }

    /** How far {@link #toMonotonicNanos} can be off. */
    long uncertaintyNanos() {
        return uncertaintyNanos;
    }

    /** How often the wall clock was set. */
    public long steps() {
        return steps;
    }

    /** By how much the wall clock was set the time that it was set most; negative when it was set back. */
    public long largestStepNanos() {
        return largestStepNanos;
    }
}
