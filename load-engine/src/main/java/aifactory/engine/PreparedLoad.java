package aifactory.engine;

/** A load that is ready to start. Every method may be called from any thread. */
public interface PreparedLoad extends AutoCloseable {
    /**
     * Starts at T0; returns at once. The sink then receives an interval about every second and, finally, the
     * completion, exactly once in any case. May be called once.
     *
     * @param startMonotonicNanos T0 on the engine's monotonic clock; a time that has passed starts at once and is
     *      reported
     */
    void start(long startMonotonicNanos, MeasurementSink sink);

    /**
     * Ends the load early: what is in flight is cancelled and counted so, what was measured is delivered. Idempotent.
     */
    void stop();

    /** Lets go of connections and threads. Stops first if need be. */
    @Override
    void close();
}
