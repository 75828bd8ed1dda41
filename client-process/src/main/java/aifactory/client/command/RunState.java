package aifactory.client.command;

/** The progress of this client's part of a run. */
public enum RunState {
    PREPARING,
    ARMED,
    RUNNING,
    /** Everything it measured is in the spool, or it never ran. */
    ENDED
}
