package aifactory.client.waiting;

/** Why the process ends. */
public enum EndReason {
    /** The service ordered it. */
    EXIT_COMMAND,
    /** The system ordered it: SIGTERM, SIGINT or SIGHUP. */
    TERMINATED,
    /** The service does not know the group any more. */
    GROUP_GONE,
    /** The service refuses this process. */
    REFUSED,
    /** The service was not heard of for too long. */
    SERVICE_LOST
}
