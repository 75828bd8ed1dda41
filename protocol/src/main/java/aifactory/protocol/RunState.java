package aifactory.protocol;

/** The life of a run. */
public enum RunState {
    QUEUED,
    ARMING,
    RUNNING,
    DRAINING,
    COMPLETED,
    INCOMPLETE,
    INVALID,
    STOPPED,
    FAILED;

    /** Whether nothing more will be added to the run's results. */
    public boolean isTerminal() {
        return switch (this) {
            case QUEUED, ARMING, RUNNING, DRAINING -> false;
            case COMPLETED, INCOMPLETE, INVALID, STOPPED, FAILED -> true;
        };
    }
}
