package aifactory.protocol;

/** The life of a group, that is of its allocation. */
public enum GroupState {
    SUBMITTING,
    PENDING,
    STARTING,
    READY,
    RUNNING,
    ENDING,
    ENDED,
    FAILED,
    CANCELLED,
    EXPIRED;

    /** Whether the group can still be used: its job exists or is expected, and it is not being deleted. */
    public boolean isLive() {
        return this != ENDING && !isTerminal();
    }

    /** Whether nothing more will happen to the group. */
    public boolean isTerminal() {
        return switch (this) {
            case SUBMITTING, PENDING, STARTING, READY, RUNNING, ENDING -> false;
            case ENDED, FAILED, CANCELLED, EXPIRED -> true;
        };
    }
}
