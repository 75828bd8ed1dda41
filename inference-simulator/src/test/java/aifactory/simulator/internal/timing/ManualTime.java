package aifactory.simulator.internal.timing;

import aifactory.measurement.MonotonicClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so, and the wake-ups that come with it. */
public final class ManualTime implements MonotonicClock, LoopTimer.WakeUps {
    /** Not a record: two of the same instant are not the same. */
    private static final class WakeUp {
        private final long atNanos;
        private final Runnable call;

        WakeUp(long atNanos, Runnable call) {
            this.atNanos = atNanos;
            this.call = call;
        }
    }

    private final List<WakeUp> wakeUps = new ArrayList<>();
    private int calls;
    private long now = 1_000_000_000_000L;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Runnable after(long delayNanos, Runnable call) {
        WakeUp wakeUp = new WakeUp(now + delayNanos, call);
        wakeUps.add(wakeUp);
        return () -> wakeUps.remove(wakeUp);
    }

    /** How many wake-ups are asked for. */
    public int wakeUps() {
        return wakeUps.size();
    }

    /** How many wake-ups happened. */
    public int calls() {
        return calls;
    }

    /** Lets time pass; wake-ups happen at their instants. */
    public void advance(long nanos) {
        long end = now + nanos;
        while (true) {
            WakeUp next = wakeUps.stream()
                    .filter(one -> one.atNanos <= end)
                    .min(Comparator.comparingLong(one -> one.atNanos))
                    .orElse(null);
            if (next == null) {
                break;
            }
            wakeUps.remove(next);
            now = Math.max(now, next.atNanos);
            calls++;
            next.call.run();
        }
        now = end;
    }

    /** Lets time pass without anything happening, as if the event loop were busy elsewhere. */
    public void pass(long nanos) {
        now += nanos;
    }
}
