package aifactory.protocol;

/** Where a server process is with its server. */
public enum ServerState {
    /** For what it needs to know before it can start. */
    WAITING,
    /** The server's process runs and does not answer yet. */
    STARTING,
    /** It has passed its health check, produced a first token, and completed its warmup. */
    READY,
    /** It was ordered to stop. */
    STOPPING,
    /** It has stopped as ordered. */
    STOPPED,
    /** It did not get ready, or it ended by itself. */
    FAILED
}
