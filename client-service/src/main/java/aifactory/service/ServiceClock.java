package aifactory.service;

import aifactory.measurement.MonotonicClock;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The service's clock: the time of day when it started, carried on by the monotonic clock, so that it never jumps. T0
 * of every run is a reading of it. Thread-safe.
 */
public final class ServiceClock {
    private final MonotonicClock monotonic;
    private final ServiceThreads threads;
    private final long anchorEpochNanos;
    private final long anchorNanos;

    public ServiceClock(InstantSource instants, MonotonicClock monotonic, ServiceThreads threads) {
        this.monotonic = monotonic;
        this.threads = threads;
        Instant now = instants.instant();
        anchorNanos = monotonic.nanoTime();
        anchorEpochNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Nanoseconds since 1970. */
    public long epochNanos() {
        return anchorEpochNanos + (monotonic.nanoTime() - anchorNanos);
    }

    /** Milliseconds since 1970. */
    public long epochMillis() {
        return epochNanos() / 1_000_000;
    }

    /** The threads that wait by this clock. */
    public ServiceThreads threads() {
        return threads;
    }

    /** For waiting: only differences mean anything. */
    public long monotonicNanos() {
        return monotonic.nanoTime();
    }
}
