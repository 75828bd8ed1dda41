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
    /** There was no contact to the service for too long. */
    SERVICE_LOST
}
