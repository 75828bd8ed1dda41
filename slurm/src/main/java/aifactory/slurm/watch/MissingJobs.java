package aifactory.slurm.watch;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out about jobs that the queue does not show, first by one question to the accounting database for all of them,
 * then at the controller, a few at a time. Used by one round at a time.
 */
final class MissingJobs {
    /** The controller gives every user some 30 questions at once and 2 more each second. */
    private static final int CONTROLLER_QUESTIONS_PER_ROUND = 20;

    private static final Duration DAY = Duration.ofDays(1);
    private static final String LATE =
            "the controller no longer has the job, and the accounting database does not have its end yet";

    private record Invalid(int times, Instant first) {}

    private final SlurmGateway gateway;
    private final PollerSettings settings;
    private final Map<JobId, Invalid> invalid = new HashMap<>();

    MissingJobs(SlurmGateway gateway, PollerSettings settings) {
        this.gateway = gateway;
        this.settings = settings;
    }

    synchronized void forget(JobId id) {
        invalid.remove(id);
    }

    /**
     * @param missing which the queue does not show
     * @param ended which the queue shows as ended, without the exit status
     * @return what is known now of each of them
     */
    List<WatchedJob> lookFor(List<WatchedJob> missing, List<WatchedJob> ended, Instant now)
            throws InterruptedException {
        if (missing.isEmpty() && ended.isEmpty()) {
            return List.of();
        }
        List<WatchedJob> all = Stream.concat(missing.stream(), ended.stream()).toList();
        Map<JobId, JobObservation> accounted = new HashMap<>();
        Accounting accounting = ask(all, accounted);
        List<WatchedJob> found = new ArrayList<>();
        int questions = CONTROLLER_QUESTIONS_PER_ROUND;
        for (WatchedJob job : all) {
            JobObservation row = accounted.get(job.id());
            if (row != null && row.state().isTerminal()) {
                found.add(job.observed(row, now));
            } else if (questions > 0) {
                questions--;
                found.add(atController(job, accounting, now));
            } else {
                // Its turn comes in a later round; an end that is certain is not held back for its details.
                found.add(job.hasEnded() ? job : job.stale("the job is not in the queue; looking it up"));
            }
        }
        return found;
    }

    /** Whether there is an accounting database, and why it said nothing. */
    private record Accounting(boolean absent, @Nullable String words) {}

    private Accounting ask(List<WatchedJob> jobs, Map<JobId, JobObservation> accounted) throws InterruptedException {
        Map<JobId, String> names = new HashMap<>();
        Instant since = Instant.MAX;
        for (WatchedJob job : jobs) {
            names.put(job.id(), job.name());
            since = job.submittedAt().isBefore(since) ? job.submittedAt() : since;
        }
        try {
            return switch (gateway.accounting(names.keySet(), since.minus(DAY))) {
                case AccountingAnswer.Absent(String words) -> new Accounting(true, words);
                case AccountingAnswer.Known(List<JobObservation> rows) -> {
                    for (JobObservation row : rows) {
                        if (row.name().equals(names.get(row.id()))) {
                            accounted.put(row.id(), row);
                        }
                    }
                    yield new Accounting(false, null);
                }
            };
        } catch (SlurmUnavailableException e) {
            return new Accounting(false, e.getMessage());
        }
    }

    private WatchedJob atController(WatchedJob job, Accounting accounting, Instant now) throws InterruptedException {
        Optional<JobDetails> details;
        try {
            details = gateway.details(job.id());
        } catch (SlurmUnavailableException e) {
            return job.hasEnded() ? job : job.stale(String.valueOf(e.getMessage()));
        }
        if (details.isPresent() && details.get().observation().name().equals(job.name())) {
            forget(job.id());
            return job.observed(details.get().observation(), now);
        }
        return job.hasEnded() ? job : invalid(job, accounting, now);
    }

    /** A controller that answers says that there is no such job. */
    private synchronized WatchedJob invalid(WatchedJob job, Accounting accounting, Instant now) {
        if (now.isBefore(job.submittedAt().plus(settings.invisibility()))) {
            return job.stale("Slurm does not show the job yet");
        }
        Invalid before = invalid.get(job.id());
        Invalid after = before == null ? new Invalid(1, now) : new Invalid(before.times + 1, before.first);
        invalid.put(job.id(), after);
        if (after.times < 2) {
            return job.stale("the controller does not know the job; retrying");
        }
        if (accounting.absent) {
            return job.gone(
                    "the controller no longer has the job and this cluster has no accounting: it ended with an"
                            + " unknown result",
                    now);
        }
        if (now.isBefore(after.first.plus(settings.accountingPatience()))) {
            return job.stale(accounting.words == null ? LATE : LATE + ": " + accounting.words);
        }
        return job.gone(
                "the controller no longer has the job and the accounting database has no end for it: it ended with an"
                        + " unknown result",
                now);
    }
}
