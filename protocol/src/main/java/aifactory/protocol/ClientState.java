package aifactory.protocol;

/** The state of a client process, as seen by the service. */
public enum ClientState {
    REGISTERED,
    ARMED,
    RUNNING,
    FINISHED,
    /** It has missed heartbeats. */
    SUSPECTED,
    /** It has missed so many that it is given up. */
    LOST
}
