package aifactory.service.testing;

import aifactory.measurement.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's clock, which tests can advance, so that they need not wait for minutes. Thread-safe. */
public final class AdvancingClock implements MonotonicClock, InstantSource {
    private final AtomicLong aheadNanos = new AtomicLong();

    public void advance(Duration duration) {
        aheadNanos.addAndGet(duration.toNanos());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + aheadNanos.get();
    }

    @Override
    public Instant instant() {
        return InstantSource.system().instant().plusNanos(aheadNanos.get());
    }
}
