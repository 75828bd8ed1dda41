package aifactory.simulator.internal.generation;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * When prompts are processed: each at once and independent of the others, or one after the other while no token is
 * generated. Thread-safe.
 */
public final class PrefillQueue {
    private final boolean exclusive;

    @GuardedBy("this")
    private long busyUntilNanos = Long.MIN_VALUE;

    /**
     * @param exclusive whether the engine processes one prompt at a time and does nothing else meanwhile
     */
    public PrefillQueue(boolean exclusive) {
        this.exclusive = exclusive;
    }

    /** Takes the next place for a prompt that needs so long; returns when it is done, in server time. */
    long end(long nowNanos, long neededNanos) {
        if (!exclusive) {
            return nowNanos + neededNanos;
        }
        synchronized (this) {
            busyUntilNanos = Math.max(busyUntilNanos, nowNanos) + neededNanos;
            return busyUntilNanos;
        }
    }

    /** The instant itself, or the end of the prompts that are processed then. */
    long whenIdle(long nanos) {
        if (!exclusive) {
            return nanos;
        }
        synchronized (this) {
            return Math.max(nanos, busyUntilNanos);
        }
    }
}
