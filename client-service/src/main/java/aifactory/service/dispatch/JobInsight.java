package aifactory.service.dispatch;

import aifactory.protocol.PlanView;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * What the other side can tell operators of jobs beyond their states. Thread-safe; every method blocks for a bounded
 * time.
 */
public interface JobInsight {
    /**
     * Whether a job id is one that this dispatcher gives out; a service may find groups that were created with another.
     */
    boolean isOfThisDispatcher(String jobId);

    /**
     * Why a job is where it is.
     *
     * @return empty when the other side does not know the job
     */
    Optional<JobExplanation> explain(RecordedJob job) throws DispatchUnavailableException, InterruptedException;

    /**
     * What a job uses or used.
     *
     * @param timeLimit of the job
     * @return empty when the other side does not know the job
     */
    Optional<JobUsage> usage(RecordedJob job, Duration timeLimit)
            throws DispatchUnavailableException, InterruptedException;

    /**
     * The resources of a group, and whether they would be available.
     *
     * @throws IllegalArgumentException names a value of the question that makes no sense
     */
    PlanView plan(PlanQuery query) throws DispatchUnavailableException, InterruptedException;

    /** The ids of those of the jobs that have not ended, by a single query for any number of jobs. */
    Set<String> alive(Collection<RecordedJob> jobs) throws DispatchUnavailableException, InterruptedException;

    /**
     * Cancels a job that no group holds any more, and no other that has its id now.
     *
     * @throws DispatchUnavailableException when it was not taken, with the other side's words
     */
    void cancel(RecordedJob job) throws DispatchUnavailableException, InterruptedException;

    /** The command by which all jobs are seen without the service. */
    String listCommand();
}
