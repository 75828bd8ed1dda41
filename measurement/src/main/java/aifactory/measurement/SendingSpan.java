package aifactory.measurement;

/**
 * From when to when measured requests were due, and from when to when they were taken up: what tells whether the asked rate was
 * offered.
 *
 * <p>Not thread-safe.
 */
public final class SendingSpan {
    private long firstScheduledNanos = Long.MAX_VALUE;
    private long lastScheduledNanos = Long.MIN_VALUE;
    private long firstStartedNanos = Long.MAX_VALUE;
    private long lastStartedNanos = Long.MIN_VALUE;

    void add(RequestRecord record) {
        Long started = record.startedNanos();
        if (started == null) {
            return;
        }
        firstScheduledNanos = Math.min(firstScheduledNanos, record.scheduledNanos());
        lastScheduledNanos = Math.max(lastScheduledNanos, record.scheduledNanos());
        firstStartedNanos = Math.min(firstStartedNanos, started);
        lastStartedNanos = Math.max(lastStartedNanos, started);
    }

    /** The span in which they were due over the span in which they were taken up; 1 when there is no span. */
    public double scheduledOverStarted() {
        long started = lastStartedNanos - firstStartedNanos;
        long scheduled = lastScheduledNanos - firstScheduledNanos;
        return lastStartedNanos == Long.MIN_VALUE || started <= 0 || scheduled <= 0 ? 1 : (double) scheduled / started;
    }
}
