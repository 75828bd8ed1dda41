package aifactory.simulator.internal.timing;

import org.jspecify.annotations.Nullable;

/**
 * The one timer of an event loop. All that the loop's streams wait for is in one heap, and the loop itself knows only
 * of the first instant in it, so that a chunk costs neither an allocation nor an entry in the loop's own queue. Owned
 * by its event loop.
 */
public final class LoopTimer {
    /**
     * Entries handled before the loop gets to read its sockets again: at some 10 µs each, requests wait about 1 ms at
     * most however many chunks are overdue.
     */
    private static final int ENTRIES_PER_TURN = 128;

    /**
     * Linux lets a wait be late by a thousandth of its length (at least the thread's timer slack, 50 µs). A longer wait
     * than this is therefore cut in two: the last part is short, and so is its lateness.
     */
    private static final long PRECISE_WAIT_NANOS = 10_000_000;

    /** Calls back on the event loop after a delay. */
    @FunctionalInterface
    public interface WakeUps {
        /**
         * Asks for a call.
         *
         * @param delayNanos not negative; even after 0 the loop reads its sockets first
         * @return cancels the call
         */
        Runnable after(long delayNanos, Runnable call);
    }

    private final ServerClock clock;
    private final WakeUps wakeUps;
    private final DeadlineHeap heap = new DeadlineHeap();
    private final Runnable turn = this::turn;

    private @Nullable Runnable cancelWakeUp;
    /** Server time at which the next wake-up was asked for; meaningless without {@link #cancelWakeUp}. */
    private long wakeUpNanos;

    private boolean inTurn;

    /** A timer of the event loop that {@code wakeUps} belongs to. */
    public LoopTimer(ServerClock clock, WakeUps wakeUps) {
        this.clock = clock;
        this.wakeUps = wakeUps;
    }

    /** Makes an entry due at an instant of server time, instead of the one it waited for, if any. */
    public void schedule(TimerEntry entry, long dueNanos) {
        cancel(entry);
        entry.dueNanos = dueNanos;
        heap.add(entry);
        if (!inTurn && entry.heapIndex == 0) {
            arm();
        }
    }

    /** Forgets an entry; one that is not scheduled is left alone. */
    public void cancel(TimerEntry entry) {
        if (entry.isScheduled()) {
            heap.remove(entry);
        }
    }

    /** How many entries wait. */
    public int size() {
        return heap.size();
    }

    private void turn() {
        cancelWakeUp = null;
        inTurn = true;
        try {
            if (clock.resumesInNanos() == ServerClock.NOT_STALLED) {
                handleDueEntries();
            }
        } finally {
            inTurn = false;
            arm();
        }
    }

    private void handleDueEntries() {
        long now = clock.nanoTime();
        for (int handled = 0; handled < ENTRIES_PER_TURN; handled++) {
            TimerEntry entry = heap.first();
            if (entry == null) {
                return;
            }
            if (entry.dueNanos - now > 0) {
                now = clock.nanoTime();
                if (entry.dueNanos - now > 0) {
                    return;
                }
            }
            heap.remove(entry);
            entry.due(entry.dueNanos);
        }
    }

    private void arm() {
        TimerEntry first = heap.first();
        if (first == null) {
            disarm();
            return;
        }
        if (cancelWakeUp != null && wakeUpNanos - first.dueNanos <= 0) {
            return;
        }
        disarm();
        wakeUpNanos = first.dueNanos;
        cancelWakeUp = wakeUps.after(waitNanos(first.dueNanos), turn);
    }

    private long waitNanos(long dueNanos) {
        long wait = Math.max(0, dueNanos - clock.nanoTime());
        long stall = clock.resumesInNanos();
        long total = Math.max(wait, stall);
        return total > PRECISE_WAIT_NANOS ? total - PRECISE_WAIT_NANOS / 2 : total;
    }

    private void disarm() {
        if (cancelWakeUp != null) {
            cancelWakeUp.run();
            cancelWakeUp = null;
        }
    }
}
