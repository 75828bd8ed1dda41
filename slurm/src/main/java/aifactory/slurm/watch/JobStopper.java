package aifactory.slurm.watch;

import aifactory.slurm.ControlResult;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobSignal;
import aifactory.slurm.JobState;
import aifactory.slurm.Refusal;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends a job the clean way and sees it end: SIGTERM to its steps, which flush; then, for what is left, {@code scancel}.
 * Any number of threads may stop jobs; they share the poller's questions.
 */
public final class JobStopper {
    private static final Duration QUESTION_INTERVAL = Duration.ofSeconds(1);
    /** Clocks of machines differ. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofDays(1);

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(2);
    /** {@code KillWait} is 30 s by default. */
    private static final Duration CONFIRMATION = Duration.ofSeconds(100);

    private final SlurmGateway gateway;
    private final SlurmPoller poller;
    private final SlurmClock clock;

    public JobStopper(SlurmGateway gateway, SlurmPoller poller, SlurmClock clock) {
        this.gateway = gateway;
        this.poller = poller;
        this.clock = clock;
    }

    /**
     * Ends a tracked job. Blocks until it has ended.
     *
     * @param flushTime for so long its steps may flush after SIGTERM; zero to cancel at once
     * @return the job as it ended
     * @throws JobNotStoppedException when Slurm refuses, or its end could not be confirmed; the job may still be there
     */
    public WatchedJob stop(JobId id, Duration flushTime) throws JobNotStoppedException, InterruptedException {
        poller.hurry();
        poller.refresh(QUESTION_INTERVAL);
        WatchedJob job = known(id);
        if (job.phase() == JobState.Phase.RUNNING && !flushTime.isZero()) {
            Instant deadline = clock.now().plus(flushTime);
            boolean told = control(job, deadline, () -> gateway.signal(id, JobSignal.TERM));
            if (told) {
                job = awaitEnd(id, deadline);
            }
        }
        if (!job.hasEnded()) {
            Instant deadline = clock.now().plus(CONFIRMATION);
            boolean cancelled = control(job, deadline, () -> gateway.cancel(id));
            job = awaitEnd(id, cancelled ? deadline : clock.now());
        }
        if (!job.hasEnded()) {
            throw new JobNotStoppedException("job " + id + " is still " + job.stateWords() + " "
                    + CONFIRMATION.toSeconds() + " s after it was cancelled"
                    + (job.staleBecause() == null ? "" : " (" + job.staleBecause() + ")")
                    + "; look at it with: scontrol show job " + id + ", and cancel it with: scancel " + id);
        }
        return job;
    }

    private WatchedJob known(JobId id) throws JobNotStoppedException {
        Optional<WatchedJob> job = poller.job(id);
        return job.orElseThrow(
                () -> new JobNotStoppedException("job " + id + " is not monitored, so its end would go unnoticed"));
    }

    private WatchedJob awaitEnd(JobId id, Instant deadline) throws JobNotStoppedException, InterruptedException {
        while (true) {
            poller.refresh(QUESTION_INTERVAL);
            WatchedJob job = known(id);
            if (job.hasEnded() || !clock.now().isBefore(deadline)) {
                return job;
            }
            clock.pause(QUESTION_INTERVAL);
        }
    }

    private interface Request {
        ControlResult send() throws InterruptedException;
    }

    /**
     * Whether the job of that id is the one that is meant, by its name and the time of its submission: a controller
     * that lost its state gives out the same ids again.
     *
     * @return null when Slurm does not answer
     */
    private @Nullable Boolean isStillTheSame(WatchedJob job) throws InterruptedException {
        try {
            JobObservation seen =
                    gateway.details(job.id()).map(JobDetails::observation).orElse(null);
            if (seen == null) {
                return false;
            }
            Instant submitted = seen.submittedAt();
            boolean isEarlier =
                    submitted != null && submitted.isBefore(job.submittedAt().minus(CLOCK_DIFFERENCE));
            return seen.name().equals(job.name()) && !isEarlier;
        } catch (SlurmUnavailableException e) {
            return null;
        }
    }

    /**
     * Retries until the request is accepted, the job has ended, or the time is up; false in the last case. Another job
     * of its id is left alone.
     */
    private boolean control(WatchedJob job, Instant deadline, Request request)
            throws JobNotStoppedException, InterruptedException {
        while (true) {
            Boolean same = isStillTheSame(job);
            if (Boolean.FALSE.equals(same)) {
                return true;
            }
            ControlResult result = same == null ? new ControlResult.TryAgain("Slurm does not answer") : request.send();
            switch (result) {
                case ControlResult.Accepted _ -> {
                    return true;
                }
                case ControlResult.AlreadyEnded _ -> {
                    return true;
                }
                case ControlResult.Refused(Refusal refusal) -> {
                    if (refusal.kind() == Refusal.Kind.OPTION) {
                        return false;
                    }
                    throw new JobNotStoppedException("Slurm refuses to stop the job: " + refusal);
                }
                case ControlResult.TryAgain _ -> {
                    if (!clock.now().isBefore(deadline)) {
                        return false;
                    }
                    clock.pause(RETRY_INTERVAL);
                }
            }
        }
    }
}
