package aifactory.workload;

/** When requests are sent. */
public enum ArrivalPattern {
    /** Open loop, equal gaps. */
    CONSTANT,
    /** Open loop, exponential gaps. */
    POISSON,
    /** Open loop, gamma gaps whose shape is the burstiness: 1 is Poisson, smaller is burstier. */
    GAMMA,
    /** Open loop, at the times of a recorded trace. */
    TRACE,
    /** A number of requests kept in flight: the next one starts when one ends. */
    CLOSED;

    /** Whether arrivals are independent of the server's answers. */
    public boolean isOpenLoop() {
        return this != CLOSED;
    }
}
