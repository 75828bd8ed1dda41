package aifactory.engine.watchdog;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * When a thread that should run every few milliseconds did not run. One thread beats, another collects.
 */
public final class Pulse {
    /** Gaps shorter than that are the ordinary waiting of a busy machine and not kept. */
    static final long SHORTEST_GAP_NANOS = 20_000_000;

    private static final int MOST_GAPS = 1024;

    private final ArrayBlockingQueue<Gap> gaps = new ArrayBlockingQueue<>(MOST_GAPS);
    private long lastBeatNanos;
    private boolean beaten;

    /**
     * A time in which the thread did not run, on the monotonic clock.
     *
     * @param fromNanos its last sign of life
     */
    public record Gap(long fromNanos, long toNanos) {
        /** The time that both have in common, 0 or less when they do not overlap. */
        long overlapNanos(Gap other) {
            return Math.min(toNanos, other.toNanos) - Math.max(fromNanos, other.fromNanos);
        }
    }

    /** The thread is alive. A gap that finds no room is dropped: a thousand of them in a second cannot be. */
    public void beat(long nowNanos) {
        if (beaten && nowNanos - lastBeatNanos >= SHORTEST_GAP_NANOS) {
            gaps.offer(new Gap(lastBeatNanos, nowNanos));
        }
        beaten = true;
        lastBeatNanos = nowNanos;
    }

    /** The gaps since the last call, from any one thread. */
    public List<Gap> takeGaps() {
        List<Gap> taken = new ArrayList<>();
        gaps.drainTo(taken);
        return taken;
    }
}
