package aifactory.engine.loop;

/** Decides when an event loop takes up its next request. Belongs to its event loop. */
interface ArrivalDriver {
    /** T0 has come. */
    void begin();

    /**
     * A request has ended; its slot is free.
     *
     * @param failures requests of the slot that have failed one after the other, up to this one; 0 when it did not
     * @param scheduledNanos when it was scheduled, since T0
     */
    void slotFreed(int failures, long scheduledNanos, int retryAfterSeconds);

    /** A request has ended, and its session goes on: another turn will be due. */
    void sessionGoesOn();

    /** The next turn of a session is due. */
    void turnDue(EncodedRequest turn);

    /** A regular look at the queue, a few hundred times a second. */
    void tick();

    /** Takes up no further request. What was due and waiting is reported as cancelled. */
    void stop();

    /** Whether no further request will be taken up. */
    boolean isExhausted();
}
