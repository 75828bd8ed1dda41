package aifactory.slurm.watch;

import aifactory.slurm.ControlResult;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.Refusal;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SubmissionResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Submits a job so that there is one, or none, and never two: when the answer is lost it looks the job's unique name
 * up, in the queue and in the accounts, before it submits again. Stateless; thread-safe.
 */
public final class JobSubmitter {
    private static final Logger LOGGER = LoggerFactory.getLogger(JobSubmitter.class);

    private static final int MAXIMUM_SUBMISSIONS = 3;
    private static final Duration MAXIMUM_SEARCH = Duration.ofMinutes(3);
    /** A job can be invisible for a moment after its submission: absence counts only when seen again after so long. */
    private static final Duration ABSENCE = Duration.ofSeconds(15);

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    private final SlurmGateway gateway;
    private final SlurmClock clock;

    public JobSubmitter(SlurmGateway gateway, SlurmClock clock) {
        this.gateway = gateway;
        this.clock = clock;
    }

    /**
     * Brings the job about. Blocks for as long as Slurm takes, and some minutes when it stops answering.
     *
     * @param submission whose name is unique
     */
    public Placement submit(JobSubmission submission) throws InterruptedException {
        Instant since = clock.now().minus(DAY);
        String lastWords = "";
        for (int attempt = 1; attempt <= MAXIMUM_SUBMISSIONS; attempt++) {
            switch (gateway.submit(submission)) {
                case SubmissionResult.Submitted(JobId id, String cluster, List<String> messages) -> {
                    return attempt == 1
                            ? new Placement.Placed(id, cluster, messages, List.of())
                            : placed(submission.name(), since, id, cluster, messages);
                }
                case SubmissionResult.Refused(Refusal refusal) -> {
                    return afterNo(attempt, submission.name(), since, new Placement.Refused(refusal));
                }
                case SubmissionResult.Unreachable(String words) -> {
                    return afterNo(attempt, submission.name(), since, new Placement.Unreachable(words));
                }
                case SubmissionResult.Ambiguous(String words) -> {
                    LOGGER.warn(
                            "the answer to the submission of {} was lost ({}); looking for it",
                            submission.name(),
                            words);
                    lastWords = words;
                    Search search = search(submission.name(), since);
                    if (search.words != null) {
                        return new Placement.Unresolved(submission.name(), words + "; " + search.words);
                    }
                    if (!search.jobs.isEmpty()) {
                        return keepOne(search.jobs, null, List.of(words));
                    }
                }
            }
        }
        return new Placement.Unresolved(
                submission.name(),
                lastWords + "; submitted " + MAXIMUM_SUBMISSIONS + " times, no job of this name appeared");
    }

    /** A refusal of the second attempt says nothing about what the first may still bring about. */
    private Placement afterNo(int attempt, String name, Instant since, Placement answer) throws InterruptedException {
        if (attempt == 1) {
            return answer;
        }
        Search search = search(name, since);
        if (search.words != null) {
            return new Placement.Unresolved(name, search.words);
        }
        return search.jobs.isEmpty() ? answer : keepOne(search.jobs, null, List.of());
    }

    private Placement placed(String name, Instant since, JobId id, @Nullable String cluster, List<String> messages)
            throws InterruptedException {
        try {
            List<JobObservation> all = alive(gateway.find(name, since));
            return all.size() <= 1
                    ? new Placement.Placed(id, cluster, messages, List.of())
                    : keepOne(all, cluster, messages);
        } catch (SlurmUnavailableException e) {
            // The job is certain; a duplicate waits as a singleton until the poller sees and cancels it.
            LOGGER.warn("could not look for duplicates of {}: {}", name, e.getMessage());
            return new Placement.Placed(id, cluster, messages, List.of());
        }
    }

    /**
     * Looks for a job that a previous process of this program may have submitted.
     *
     * @param since before it can have been submitted
     * @return the job; {@link Placement.Unresolved} when Slurm does not answer; empty if there certainly is no such job
     */
    public Optional<Placement> find(String name, Instant since) throws InterruptedException {
        Search search = search(name, since.minus(DAY));
        if (search.words != null) {
            return Optional.of(new Placement.Unresolved(name, search.words));
        }
        return search.all.isEmpty()
                ? Optional.empty()
                : Optional.of(keepOne(search.jobs.isEmpty() ? search.all : search.jobs, null, List.of()));
    }

    /**
     * @param jobs that have not ended
     * @param all also those that have
     * @param words why nothing could be found out, null when it could
     */
    private record Search(
            List<JobObservation> jobs,
            List<JobObservation> all,
            @Nullable String words) {}

    private Search search(String name, Instant since) throws InterruptedException {
        Instant deadline = clock.now().plus(MAXIMUM_SEARCH);
        Instant absentSince = null;
        Duration pause = FIRST_PAUSE;
        while (true) {
            String words;
            try {
                List<JobObservation> found = gateway.find(name, since);
                if (!found.isEmpty()) {
                    // What has ended already is a result of the submission, too: nothing is submitted in its place.
                    return new Search(alive(found).isEmpty() ? found : alive(found), found, null);
                }
                absentSince = absentSince == null ? clock.now() : absentSince;
                if (!clock.now().isBefore(absentSince.plus(ABSENCE))) {
                    return new Search(List.of(), List.of(), null);
                }
                words = "";
            } catch (SlurmUnavailableException e) {
                absentSince = null;
                words = String.valueOf(e.getMessage());
            }
            if (clock.now().isAfter(deadline)) {
                return new Search(List.of(), List.of(), "cannot look for a job named " + name + ": " + words);
            }
            clock.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static List<JobObservation> alive(List<JobObservation> jobs) {
        return jobs.stream().filter(job -> !job.state().isTerminal()).toList();
    }

    /** The oldest stays, because the others may be waiting for it as singletons. */
    private Placement keepOne(List<JobObservation> jobs, @Nullable String cluster, List<String> messages)
            throws InterruptedException {
        List<JobObservation> sorted =
                jobs.stream().sorted(Comparator.comparing(JobObservation::id)).toList();
        List<JobId> cancelled = new ArrayList<>();
        for (JobObservation duplicate : sorted.subList(1, sorted.size())) {
            if (!duplicate.state().isTerminal()) {
                ControlResult result = gateway.cancel(duplicate.id());
                LOGGER.warn(
                        "cancelling job {}, a second one of the name {}: {}", duplicate.id(), duplicate.name(), result);
                cancelled.add(duplicate.id());
            }
        }
        return new Placement.Placed(sorted.getFirst().id(), cluster, messages, cancelled);
    }
}
