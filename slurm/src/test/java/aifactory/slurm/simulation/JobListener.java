package aifactory.slurm.simulation;

/**
 * Receives the events of simulated jobs, so that a test can start and stop what would run on the nodes. Called without
 * any lock.
 */
public interface JobListener {
    /** Its nodes are allocated and its clients start. */
    default void started(JobView job) {}

    /** Its tasks got SIGTERM and have until the job's end to flush. */
    default void signalled(JobView job) {}

    /** One node is lost and the job continues without it. */
    default void lostNode(JobView job, String node) {}

    /** Nothing of it runs any more; it has ended or was put back into the queue. */
    default void stopped(JobView job) {}
}
