package aifactory.engine.recording;

/**
 * The stamps of the request that a connection carries, in nanoseconds since T0 on the engine's monotonic clock. Reused
 * from request to request; not thread-safe: belongs to the event loop.
 */
public final class RequestStamps {
    /** It has not happened. */
    public static final long NEVER = Long.MIN_VALUE;

    public long scheduledNanos;
    public long capDelayNanos;
    public long startedNanos;
    /** How long the request's own connection took to open; {@link #NEVER} on one that was open already. */
    public long connectNanos;
    /** When the connection was available. */
    public long connectedNanos;

    public long sentNanos;
    /** When it was known how the request ended. */
    public long endedNanos;
    /**
     * How much of the time from {@link #startedNanos} to {@link #sentNanos} may be the client's own; {@link #NEVER}
     * when not known.
     */
    public long startShareNanos;

    /** The same stamps in a separate object. */
    public RequestStamps copy() {
        RequestStamps copy = new RequestStamps();
        copy.begin(scheduledNanos, capDelayNanos, startedNanos);
        copy.connectNanos = connectNanos;
        copy.connectedNanos = connectedNanos;
        copy.sentNanos = sentNanos;
        copy.endedNanos = endedNanos;
        copy.startShareNanos = startShareNanos;
        return copy;
    }

    public void begin(long scheduled, long capDelay, long started) {
        scheduledNanos = scheduled;
        capDelayNanos = capDelay;
        startedNanos = started;
        connectNanos = NEVER;
        connectedNanos = NEVER;
        sentNanos = NEVER;
        endedNanos = NEVER;
        startShareNanos = NEVER;
    }
}
