package aifactory.node;

/** What a process on a node says by its exit code. */
public final class NodeExitCode {
    /** The service ordered the end and has everything that was measured. */
    public static final int DONE = 0;
    /** Wrong input, or the service refuses this process. */
    public static final int REFUSED = 2;
    /** The group no longer exists, or measured data could not be delivered. */
    public static final int INCOMPLETE = 3;
    /** The service could not be reached for too long. */
    public static final int SERVICE_UNAVAILABLE = 4;
    /** A defect of this program; the log has the details. */
    public static final int INTERNAL_ERROR = 70;
    /** Ended by a signal: 128 + SIGTERM. */
    public static final int TERMINATED = 143;

    private NodeExitCode() {}
}
