package aifactory.simulator.internal.timing;

import aifactory.measurement.MonotonicClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Server time: the machine's monotonic clock, except that it stops while the whole server is stalled. An event that is
 * scheduled in server time is therefore late by exactly the stall, as if the process had been stopped. The stalls are
 * counted from {@link #begin}. Thread-safe; reading it without stalls costs one reading of the machine's clock.
 */
public final class ServerClock {
    /** {@link #resumesInNanos} of a server that is not stalled. */
    public static final long NOT_STALLED = 0;

    /**
     * A time in which the server does nothing.
     *
     * @param atNanos since {@link #begin}
     * @param forNanos its length, positive
     */
    public record Stall(long atNanos, long forNanos) {}

    private final MonotonicClock clock;
    private final long[] startNanos;
    private final long[] endNanos;
    /** Stalled time of all stalls before the one of the same index; one element more than there are stalls. */
    private final long[] stalledBeforeNanos;

    private final AtomicBoolean beginning = new AtomicBoolean();
    private volatile boolean begun;
    private long beginNanos;

    /** A clock with these stalls; those that overlap are one. */
    public ServerClock(MonotonicClock clock, List<Stall> stalls) {
        this.clock = clock;
        List<Stall> disjoint = disjoint(stalls);
        startNanos = new long[disjoint.size()];
        endNanos = new long[disjoint.size()];
        stalledBeforeNanos = new long[disjoint.size() + 1];
        for (int i = 0; i < disjoint.size(); i++) {
            Stall stall = disjoint.get(i);
            startNanos[i] = stall.atNanos();
            endNanos[i] = stall.atNanos() + stall.forNanos();
            stalledBeforeNanos[i + 1] = stalledBeforeNanos[i] + stall.forNanos();
        }
    }

    /** Starts counting towards the stalls, once; later calls change nothing. */
    public void begin() {
        if (startNanos.length > 0 && !begun && beginning.compareAndSet(false, true)) {
            beginNanos = clock.nanoTime();
            begun = true;
        }
    }

    /** The machine's monotonic time, which no stall stops. */
    public long trueNanoTime() {
        return clock.nanoTime();
    }

    /** Server time in nanoseconds; only differences mean anything. */
    public long nanoTime() {
        return at(clock.nanoTime());
    }

    /** Server time at a reading of the machine's clock, which is not in the future. */
    public long at(long trueNanos) {
        if (!begun) {
            return trueNanos;
        }
        long elapsed = trueNanos - beginNanos;
        int next = stallsStartedBy(elapsed);
        if (next == 0) {
            return trueNanos;
        }
        long awake = Math.max(0, elapsed - endNanos[next - 1]);
        return beginNanos + endNanos[next - 1] - stalledBeforeNanos[next] + awake;
    }

    /** How long the present stall still lasts; {@link #NOT_STALLED} outside of one. */
    public long resumesInNanos() {
        if (!begun) {
            return NOT_STALLED;
        }
        long elapsed = clock.nanoTime() - beginNanos;
        int next = stallsStartedBy(elapsed);
        return next == 0 ? NOT_STALLED : Math.max(NOT_STALLED, endNanos[next - 1] - elapsed);
    }

    private int stallsStartedBy(long elapsedNanos) {
        int low = 0;
        int high = startNanos.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (startNanos[middle] <= elapsedNanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static List<Stall> disjoint(List<Stall> stalls) {
        List<Stall> merged = new ArrayList<>();
        for (Stall stall :
                stalls.stream().sorted(Comparator.comparingLong(Stall::atNanos)).toList()) {
            Stall last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && stall.atNanos() <= last.atNanos() + last.forNanos()) {
                long end = Math.max(last.atNanos() + last.forNanos(), stall.atNanos() + stall.forNanos());
                merged.set(merged.size() - 1, new Stall(last.atNanos(), end - last.atNanos()));
            } else {
                merged.add(stall);
            }
        }
        return merged;
    }
}
