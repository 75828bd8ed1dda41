package aifactory.simulator.internal.timing;

/** Something that becomes due on an event loop. Owned by that loop; scheduled at most once at a time. */
public abstract class TimerEntry {
    static final int NOT_SCHEDULED = -1;

    long dueNanos;
    int heapIndex = NOT_SCHEDULED;

    /**
     * Called on the event loop when server time has reached the entry's instant; the entry is no longer scheduled.
     *
     * @param dueNanos the server time it was scheduled for
     */
    protected abstract void due(long dueNanos);

    /** Whether it waits in a timer. */
    public final boolean isScheduled() {
        return heapIndex != NOT_SCHEDULED;
    }
}
