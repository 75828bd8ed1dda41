package aifactory.engine.loop;

/** Decides when an event loop starts its next request. Belongs to its event loop. */
interface ArrivalDriver {
    /** T0 is reached. */
    void begin();

    /**
     * A request has ended; its slot is free.
     *
     * @param failures requests of the slot that have failed one after the other, up to this one; 0 when it did not
     * @param scheduledNanos when it was scheduled, since T0
     */
    void slotFreed(int failures, long scheduledNanos, int retryAfterSeconds);

    /** A request has ended, and its session continues: another turn will be due. */
    void sessionGoesOn();

    /** The next turn of a session is due. */
    void turnDue(EncodedRequest turn);

    /** Called regularly, a few hundred times per second. */
    void tick();

    /** Starts no further requests. Those that were due and waiting are reported as cancelled. */
    void stop();

    /** Whether no further request will be started. */
    boolean isExhausted();
}
