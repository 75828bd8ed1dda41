package aifactory.service.dispatch;

import aifactory.protocol.PlanView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** What the other side can tell operators of jobs beyond their states. Thread-safe; every method blocks for a bounded time. */
public interface JobInsight {
    /**
     * Why a job is where it is.
     *
     * @param since before it was submitted
     * @return empty when the other side does not know the job
     */
    Optional<JobExplanation> explain(String jobId, Instant since)
            throws DispatchUnavailableException, InterruptedException;

    /**
     * What a job uses or used.
     *
     * @param since before it was submitted
     * @param timeLimit of the job
     * @return empty when the other side does not know the job
     */
    Optional<JobUsage> usage(String jobId, Instant since, Duration timeLimit)
            throws DispatchUnavailableException, InterruptedException;

    /**
     * What a group would take, and whether it could be had.
     *
     * @throws IllegalArgumentException names a value of the question that makes no sense
     */
    PlanView plan(PlanQuery query) throws DispatchUnavailableException, InterruptedException;

    /** Those of the jobs that have not ended, by one question whatever their number. */
    Set<String> alive(Collection<String> jobIds) throws DispatchUnavailableException, InterruptedException;

    /**
     * Cancels a job that no group holds any more.
     *
     * @throws DispatchUnavailableException when it was not taken, with the other side's words
     */
    void cancel(String jobId) throws DispatchUnavailableException, InterruptedException;

    /** The command by which all jobs are seen without the service. */
    String listCommand();
}
