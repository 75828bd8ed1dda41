package aifactory.protocol;

/** What the service knows of a client process. */
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
