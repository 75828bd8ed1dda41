package aifactory.service.coordination;

import aifactory.service.dispatch.JobStatus;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A requeued job loses its processes like a job that fails, and the dispatcher may report the loss of the processes
 * before it reports the requeue. A loss is confirmed when the job is known to run at a time after the loss was seen.
 * Touched by one thread.
 */
final class JobLosses {
    /** The start times of one start may differ by the resolution of a second. */
    private static final long SAME_START_MILLIS = 1_500;

    private @Nullable Instant seenAt;
    private boolean known;
    private boolean confirmed;
    private int earlierClients;

    /** Clients or servers are lost. */
    void seen(Instant now) {
        if (seenAt == null) {
            seenAt = now;
        }
    }

    /** Nothing is lost, or not any more. */
    void none() {
        seenAt = null;
        known = false;
        confirmed = false;
    }

    /**
     * Before the next status is read.
     *
     * @param isKnownSince whether that status is newer than a moment
     */
    void checkIfKnown(Predicate<Instant> isKnownSince) {
        known = seenAt != null && isKnownSince.test(seenAt);
    }

    /**
     * Takes the next status.
     *
     * @param startedBeforeMillis when the job had started according to the status before; null if it had not
     * @return whether the job has started another time since then
     */
    boolean take(JobStatus status, @Nullable Long startedBeforeMillis) {
        Instant started = status.startedAt();
        boolean anew = startedBeforeMillis != null
                && started != null
                && started.toEpochMilli() > startedBeforeMillis + SAME_START_MILLIS;
        confirmed = known && !anew && status.phase() == JobStatus.Phase.RUNNING;
        return anew && status.phase() == JobStatus.Phase.RUNNING;
    }

    boolean isConfirmed() {
        return confirmed;
    }

    /** @param clients how many have registered so far: all of them belong to earlier starts of the job */
    void beginAnew(int clients) {
        none();
        earlierClients = clients;
    }

    /** How many of the group's clients belong to earlier starts of its job. */
    int earlierClients() {
        return earlierClients;
    }
}
