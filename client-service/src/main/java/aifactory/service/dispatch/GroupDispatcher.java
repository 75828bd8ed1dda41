package aifactory.service.dispatch;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the client processes of groups, as one job each, and ends them. Implementations are thread-safe; every method blocks for a
 * bounded time, and interrupting the caller ends it.
 */
public interface GroupDispatcher extends AutoCloseable {
    /** What people call it: {@code local}, {@code slurm}. */
    String name();

    /**
     * Starts the job, once. When it throws there is no job.
     *
     * @throws DispatchRefusedException the other side said no
     * @throws DispatchUnavailableException it could not be asked
     */
    DispatchedJob submit(DispatchOrder order)
            throws DispatchRefusedException, DispatchUnavailableException, InterruptedException;

    /**
     * Finds the job of an order that an earlier life of the service gave, by the order's token, and watches it from now on.
     *
     * @return empty only on positive evidence that there is no such job and will be none
     */
    Optional<DispatchedJob> adopt(DispatchOrder order) throws DispatchUnavailableException, InterruptedException;

    /**
     * What is known of the jobs, by one exchange with the other side at the most, whatever their number. A job of which nothing new
     * is known is told as last seen, and said to be stale.
     *
     * @return by job id; a job id that was never dispatched or adopted is missing
     */
    Map<String, JobStatus> states(Collection<String> jobIds) throws InterruptedException;

    /**
     * Ends a job and waits until it is gone. Its processes get the chance to deliver what they measured.
     *
     * @throws DispatchUnavailableException when that could not be confirmed; the job may still be there
     */
    JobStatus cancelAndConfirm(String jobId) throws DispatchUnavailableException, InterruptedException;

    /** What the other side tells operators of jobs beyond their states. */
    default JobInsight insight() {
        return new StatesInsight(this);
    }

    /** Lets go of what the dispatcher holds; jobs go on. */
    @Override
    void close();
}
