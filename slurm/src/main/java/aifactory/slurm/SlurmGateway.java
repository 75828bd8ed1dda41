package aifactory.slurm;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An interface to Slurm. Every method blocks for one exchange, a bounded time, and may be called from any thread. Any
 * answer of Slurm is distinguished from a missing answer ({@link SlurmUnavailableException}); interrupting the caller
 * ends the exchange.
 */
public interface SlurmGateway {
    /** Hands a job to Slurm, once. Never submits again by itself. */
    SubmissionResult submit(JobSubmission submission) throws InterruptedException;

    /** All jobs of this user that the controller knows, by a single query for any number of jobs. */
    List<JobObservation> queue() throws SlurmUnavailableException, InterruptedException;

    /**
     * Asks the accounting database.
     *
     * @param since before the oldest of the jobs was submitted
     */
    AccountingAnswer accounting(Collection<JobId> ids, Instant since)
            throws SlurmUnavailableException, InterruptedException;

    /**
     * Every job with exactly this name, of the controller and of the accounting database.
     *
     * @param since before the job can have been submitted
     * @throws SlurmUnavailableException when either did not answer, so that a job could have been missed
     */
    List<JobObservation> find(String name, Instant since) throws SlurmUnavailableException, InterruptedException;

    /** Asks the controller for one job; empty if the controller answers that it does not exist. */
    Optional<JobDetails> details(JobId id) throws SlurmUnavailableException, InterruptedException;

    /** Ends a job: its steps get SIGTERM, and SIGKILL after the cluster's {@code KillWait}. */
    ControlResult cancel(JobId id) throws InterruptedException;

    /** Signals the steps of a job and not its batch script, which would kill the steps at once. */
    ControlResult signal(JobId id, JobSignal signal) throws InterruptedException;

    /** Partitions and their nodes. */
    List<NodeGroup> nodes() throws SlurmUnavailableException, InterruptedException;

    /** What a job uses (while it runs) or used (afterwards); empty when neither source knows the job. */
    Optional<UsageReport> usage(JobId id, Instant since) throws SlurmUnavailableException, InterruptedException;

    /** When the job could start, without submitting it. */
    TestStart testStart(JobSubmission submission) throws SlurmUnavailableException, InterruptedException;

    /** What the other side says it is. */
    SlurmVersion version() throws SlurmUnavailableException, InterruptedException;

    /** The cluster's name; null where the other side does not report it. */
    @Nullable
    String clusterName() throws SlurmUnavailableException, InterruptedException;

    /** Why a heterogeneous job would never start here; empty where nothing is known to prevent it. */
    Optional<String> obstacleToHeterogeneousJobs() throws SlurmUnavailableException, InterruptedException;

    /** One line for people: how this gateway talks to Slurm. */
    String description();
}
