package aifactory.slurm.watch;

import aifactory.slurm.ControlResult;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitors all jobs by a single query per poll. A job ends only if Slurm reports its end: a job that is not in the
 * queue is looked up in the accounting database and then at the controller; without an answer the last known state is
 * kept and marked stale. Thread-safe; rounds exclude each other.
 */
public final class SlurmPoller {
    private static final Logger LOGGER = LoggerFactory.getLogger(SlurmPoller.class);
    /** For so long a submission of unknown outcome is watched for. */
    public static final Duration STRAY_WATCH = Duration.ofMinutes(30);

    private final SlurmGateway gateway;
    private final SlurmClock clock;
    private final PollerSettings settings;
    private final PollerListener listener;
    private final MissingJobs missingJobs;
    private final Map<JobId, WatchedJob> jobs = new ConcurrentHashMap<>();
    /**
     * Names under which a submission of unknown outcome may still bring a job about, and until when that is watched
     * for.
     */
    private final Map<String, Instant> strays = new ConcurrentHashMap<>();

    private final ReentrantLock round = new ReentrantLock();
    private volatile Duration interval;
    private volatile Instant polledAt = Instant.EPOCH;
    private volatile Runnable hurry = () -> {};

    public SlurmPoller(SlurmGateway gateway, SlurmClock clock, PollerSettings settings, PollerListener listener) {
        this.gateway = gateway;
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
        this.missingJobs = new MissingJobs(gateway, settings);
        interval = settings.shortest();
    }

    /** Starts to monitor a job; has no effect on a job that is monitored already. */
    public void track(JobId id, String name, Instant submittedAt) {
        jobs.putIfAbsent(id, WatchedJob.submitted(id, name, submittedAt));
        hurry();
    }

    public void untrack(JobId id) {
        jobs.remove(id);
        missingJobs.forget(id);
    }

    /**
     * Cancels every job of this name that comes up within the next half hour. For a submission that was given up with
     * its outcome unknown.
     */
    public void cancelWhenSeen(String name) {
        strays.put(name, clock.now().plus(STRAY_WATCH));
        hurry();
    }

    /** What is known of a job, also after its end until it is untracked. */
    public Optional<WatchedJob> job(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /** All that are tracked, by id. */
    public Map<JobId, WatchedJob> jobs() {
        return new TreeMap<>(jobs);
    }

    /** When the last round ended. */
    public Instant polledAt() {
        return polledAt;
    }

    /** Back to the shortest interval, because something is about to change. */
    public void hurry() {
        interval = settings.shortest();
        hurry.run();
    }

    /** The listener of {@link #hurry()}. */
    void onHurry(Runnable action) {
        hurry = action;
    }

    /**
     * One round, unless the last is no older than this: any number of callers who wait for something share their
     * questions.
     */
    public void refresh(Duration maximumAge) throws InterruptedException {
        round.lockInterruptibly();
        try {
            if (!polledAt.plus(maximumAge).isAfter(clock.now())) {
                poll();
            }
        } finally {
            round.unlock();
        }
    }

    /**
     * One round of questions.
     *
     * @return how long to wait before the next
     */
    public Duration poll() throws InterruptedException {
        round.lockInterruptibly();
        try {
            Map<JobId, WatchedJob> open = new HashMap<>();
            jobs.forEach((id, job) -> {
                if (!job.hasEnded()) {
                    open.put(id, job);
                }
            });
            strays.values().removeIf(until -> until.isBefore(clock.now()));
            boolean changed = (!open.isEmpty() || !strays.isEmpty()) && ask(open);
            polledAt = clock.now();
            interval = changed ? settings.shortest() : shorter(interval.multipliedBy(2), longest());
            return untilExpectedChange(interval);
        } finally {
            round.unlock();
        }
    }

    /**
     * The end of a job must be noticed soon, so that its group is repaired and its user is informed; a waiting job
     * costs nothing.
     */
    private Duration longest() {
        boolean holdsNodes = jobs.values().stream()
                .anyMatch(job -> job.phase() == JobState.Phase.RUNNING || job.phase() == JobState.Phase.ENDING);
        return holdsNodes ? settings.longestWhileRunning() : settings.longest();
    }

    /** The pause ends no later than the time that Slurm has given for the start or the latest end of a job. */
    private Duration untilExpectedChange(Duration wait) {
        Instant now = clock.now();
        Duration until = wait;
        for (WatchedJob job : jobs.values()) {
            Instant expected = job.phase() == JobState.Phase.WAITING ? job.startsAt() : job.endsAt();
            if (!job.hasEnded() && expected != null && expected.isAfter(now)) {
                until = shorter(until, Duration.between(now, expected));
            }
        }
        return until.compareTo(settings.shortest()) < 0 ? settings.shortest() : until;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private boolean ask(Map<JobId, WatchedJob> open) throws InterruptedException {
        List<JobObservation> queue;
        try {
            queue = gateway.queue();
        } catch (SlurmUnavailableException e) {
            String words = String.valueOf(e.getMessage());
            open.values().forEach(job -> update(job, job.stale(words)));
            // Nothing is gained by asking a controller more often that does not answer.
            LOGGER.debug("Slurm did not answer: {}", words);
            return false;
        }
        cancelDuplicates(queue, open);
        Set<JobId> seen = new HashSet<>();
        List<WatchedJob> ended = new ArrayList<>();
        boolean changed = false;
        for (JobObservation observation : queue) {
            WatchedJob job = open.get(observation.id());
            // A controller that lost its state gives out the same numbers again.
            if (job != null && job.name().equals(observation.name())) {
                seen.add(job.id());
                missingJobs.forget(job.id());
                WatchedJob after = job.observed(observation, clock.now());
                if (after.hasEnded()) {
                    ended.add(after);
                } else {
                    changed |= update(job, after);
                }
            }
        }
        List<WatchedJob> missing =
                open.values().stream().filter(job -> !seen.contains(job.id())).toList();
        for (WatchedJob after : missingJobs.lookFor(missing, ended, clock.now())) {
            WatchedJob before = open.get(after.id());
            if (before != null) {
                changed |= update(before, after);
            }
        }
        return changed;
    }

    private boolean update(WatchedJob before, WatchedJob after) {
        if (jobs.replace(after.id(), after) == null) {
            return false;
        }
        if (after.hasEnded()) {
            missingJobs.forget(after.id());
        }
        boolean different = after.differsFrom(before);
        if (different) {
            listener.changed(before, after);
        }
        return different;
    }

    private void cancelDuplicates(List<JobObservation> queue, Map<JobId, WatchedJob> open) throws InterruptedException {
        Map<String, JobId> byName = new HashMap<>();
        open.values().forEach(job -> byName.put(job.name(), job.id()));
        for (JobObservation observation : queue) {
            JobId wanted = byName.get(observation.name());
            boolean duplicate = wanted != null && !wanted.equals(observation.id());
            boolean stray = wanted == null && strays.containsKey(observation.name());
            boolean over = observation.state().isTerminal() || observation.state() == JobState.COMPLETING;
            if ((duplicate || stray) && !over) {
                ControlResult result = gateway.cancel(observation.id());
                LOGGER.warn(
                        "cancelling job {}, a second one of the name {}: {}",
                        observation.id(),
                        observation.name(),
                        result);
                listener.duplicateCancelled(observation.name(), observation.id());
            }
        }
    }
}
