package aifactory.engine.stamp;

import aifactory.measurement.MonotonicClock;
import java.time.Instant;
import java.time.InstantSource;

/** A monotonic clock that a test sets, and a wall clock that differs from it by what the test says. */
final class SteppedClocks implements MonotonicClock, InstantSource {
    long nanos = 1_000_000_000L;
    long offsetNanos;
    /** How long each look at the wall clock takes. */
    long lookNanos = 40;

    SteppedClocks(long offsetNanos) {
        this.offsetNanos = offsetNanos;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant instant() {
        nanos += lookNanos / 2;
        long wall = nanos + offsetNanos;
        nanos += lookNanos - lookNanos / 2;
        return Instant.ofEpochSecond(wall / 1_000_000_000L, wall % 1_000_000_000L);
    }
}
