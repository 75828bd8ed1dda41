package aifactory.client.command;

/** How far this client's part of a run has come. */
public enum RunState {
    PREPARING,
    ARMED,
    RUNNING,
    /** Everything it measured is in the spool, or it never ran. */
    ENDED
}
