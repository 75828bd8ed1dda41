package aifactory.measurement;

/**
 * The first and last due times of measured requests: the base for deciding whether the requested rate was offered.
 *
 * <p>Not thread-safe.
 */
public final class SendingSpan {
    private long firstScheduledNanos = Long.MAX_VALUE;
    private long lastScheduledNanos = Long.MIN_VALUE;

    void add(RequestRecord record) {
        if (record.startedNanos() != null) {
            firstScheduledNanos = Math.min(firstScheduledNanos, record.scheduledNanos());
            lastScheduledNanos = Math.max(lastScheduledNanos, record.scheduledNanos());
        }
    }

    /** The span in which the requests that were sent were due; 0 with fewer than two. */
    public long scheduledNanos() {
        return lastScheduledNanos == Long.MIN_VALUE ? 0 : lastScheduledNanos - firstScheduledNanos;
    }
}
