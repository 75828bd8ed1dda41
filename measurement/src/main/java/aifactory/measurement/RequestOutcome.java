package aifactory.measurement;

/** How a request ended. */
public enum RequestOutcome {
    /** An answer that was complete and without error. */
    COMPLETED,
    /** An answer that was wrong, cut, late or never came; the record names the error. */
    FAILED,
    /** Given up on purpose: by a stop, or by the share of requests that the workload cancels. */
    CANCELLED
}
