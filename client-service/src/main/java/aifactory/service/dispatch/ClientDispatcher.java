package aifactory.service.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The Client Dispatcher: starts the client processes of groups, as one job each, and ends them. Implementations are
 * thread-safe; every method blocks for a bounded time, and interrupting the caller ends it.
 */
public interface ClientDispatcher extends AutoCloseable {
    /** What people call it: {@code local}, {@code slurm}. */
    String name();

    /**
     * A description of what would be started, for users; nothing is started and no query is sent.
     *
     * @throws InvalidOrderException as {@link #submit} would
     */
    String preview(DispatchOrder order) throws InvalidOrderException;

    /**
     * Starts the job, once. When it throws there is no job.
     *
     * @throws InvalidOrderException a value of the request is invalid independent of the other side
     * @throws DispatchRefusedException the other side refused
     * @throws DispatchUnavailableException it could not be asked
     */
    DispatchedJob submit(DispatchOrder order)
            throws InvalidOrderException, DispatchRefusedException, DispatchUnavailableException, InterruptedException;

    /**
     * Adopts the job of an order that a previous process of the service gave, and monitors it from now on. It is found
     * by the order's token if its name is not known.
     *
     * @return empty only on positive evidence that there is no such job and will be none
     */
    Optional<DispatchedJob> adopt(DispatchOrder order) throws DispatchUnavailableException, InterruptedException;

    /**
     * The states of the jobs, with at most one exchange with the other side for any number of jobs. A job without new
     * information has its last known state and is marked stale.
     *
     * @return by job id; a job id that was never dispatched or adopted is missing
     */
    Map<String, JobStatus> states(Collection<String> jobIds) throws InterruptedException;

    /**
     * Whether {@link #states} reports a job as it was after that moment; where it does not yet, it will soon. Does not
     * ask the other side.
     */
    default boolean isKnownSince(String jobId, Instant moment) {
        return true;
    }

    /**
     * Waits until a job that is ending by itself has ended.
     *
     * @return whether it has ended, as far as known
     */
    boolean awaitEnd(String jobId, Duration longest) throws InterruptedException;

    /**
     * Ends a job and waits until it has ended. Its processes get the chance to deliver their measurements.
     *
     * @throws DispatchUnavailableException when that could not be confirmed; the job may still be there
     */
    JobStatus cancelAndConfirm(String jobId) throws DispatchUnavailableException, InterruptedException;

    /** What the other side tells operators of jobs beyond their states. */
    default JobInsight insight() {
        return new StatesInsight(this);
    }

    /**
     * What results report of a job; empty where it is not a job of Slurm. Does not ask the other side: what was last
     * seen is reported.
     */
    default Optional<JobProvenance> provenance(String jobId) {
        return Optional.empty();
    }

    /** Watches a job no longer; nothing happens to it. */
    void forget(String jobId);

    /** Releases the resources of the dispatcher; jobs continue. */
    @Override
    void close();
}
