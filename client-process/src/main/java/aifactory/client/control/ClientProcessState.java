package aifactory.client.control;

/** What the process is doing. */
public enum ClientProcessState {
    REGISTERING,
    READY,
    PREPARING,
    ARMED,
    RUNNING,
    /** The load has ended; batches still wait for the service. */
    DRAINING,
    ENDING
}
