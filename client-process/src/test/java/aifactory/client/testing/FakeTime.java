package aifactory.client.testing;

import aifactory.client.waiting.Sleeper;
import aifactory.measurement.MonotonicClock;
import aifactory.node.waiting.Signal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Time that passes only when a thread sleeps. Thread-safe. */
public final class FakeTime implements MonotonicClock, Sleeper {
    private final AtomicLong nowNanos = new AtomicLong(7_000_000_000L);
    private final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    private volatile Consumer<Duration> onSleep = _ -> {};

    @Override
    public long nanoTime() {
        return nowNanos.get();
    }

    @Override
    public boolean sleep(Duration duration, Signal wake) {
        if (wake.isRaised()) {
            return true;
        }
        sleeps.add(duration);
        nowNanos.addAndGet(duration.toNanos());
        onSleep.accept(duration);
        return wake.isRaised();
    }

    /** Every sleep so far. */
    public List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    /** Has the action run in every sleep, after the time has passed. */
    public void onSleep(Consumer<Duration> action) {
        onSleep = action;
    }
}
