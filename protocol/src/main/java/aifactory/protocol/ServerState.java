package aifactory.protocol;

/** Where a server process is with its server. */
public enum ServerState {
    /** For what it needs to know before it can start. */
    WAITING,
    /** The server's process runs and does not answer yet. */
    STARTING,
    /** It has answered its health check, a first token has come, and it is warm. */
    READY,
    /** It was told to end. */
    STOPPING,
    /** It has ended because it was told to. */
    STOPPED,
    /** It did not get ready, or it ended by itself. */
    FAILED
}
