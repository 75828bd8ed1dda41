package aifactory.slurm.watch;

import aifactory.slurm.ExitStatus;
import aifactory.slurm.JobComponent;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a job that is followed: what Slurm said of it last, however long ago.
 *
 * @param state as last said; {@link JobState#PENDING} before Slurm has said anything
 * @param stateWords Slurm's own, for users
 * @param reason Slurm's, null for none
 * @param startsAt when it started or is expected to, null if unknown
 * @param endsAt when it ended or its latest possible end, null if unknown
 * @param nodes a host list, empty without nodes; the last known after its end
 * @param exit null before the end and if Slurm has not reported it
 * @param restarts how often it was put back into the queue
 * @param observedAt when Slurm said so
 * @param staleBecause why nothing newer is known; null when the last attempt to learn more succeeded
 * @param outcomeUnknown whether it has certainly ended, in an unknown way
 * @param components of a heterogeneous job, in their order; empty for any other
 */
public record WatchedJob(
        JobId id,
        String name,
        JobState state,
        String stateWords,
        @Nullable String reason,
        Instant submittedAt,
        @Nullable Instant startsAt,
        @Nullable Instant endsAt,
        String nodes,
        @Nullable ExitStatus exit,
        int restarts,
        Instant observedAt,
        @Nullable String staleBecause,
        boolean outcomeUnknown,
        List<JobComponent> components) {
    public WatchedJob {
        components = List.copyOf(components);
    }

    static WatchedJob submitted(JobId id, String name, Instant at) {
        return new WatchedJob(
                id, name, JobState.PENDING, "PENDING", null, at, null, null, "", null, 0, at, null, false, List.of());
    }

    /** Where the job stands; {@link JobState.Phase#ENDED} only on Slurm's word. */
    public JobState.Phase phase() {
        return outcomeUnknown ? JobState.Phase.ENDED : state.phase();
    }

    public boolean hasEnded() {
        return phase() == JobState.Phase.ENDED;
    }

    public boolean isStale() {
        return staleBecause != null;
    }

    WatchedJob observed(JobObservation seen, Instant at) {
        boolean backInQueue =
                state.phase() == JobState.Phase.RUNNING && seen.state().phase() == JobState.Phase.WAITING;
        int counted = seen.restarts() >= 0 ? seen.restarts() : restarts + (backInQueue ? 1 : 0);
        // An unknown state is no information about the job, only about this program.
        JobState newState = seen.state() == JobState.UNKNOWN ? state : seen.state();
        String unknown = seen.state() == JobState.UNKNOWN
                ? "Slurm calls the job's state '" + seen.stateWords() + "', which this version does not know"
                : null;
        return new WatchedJob(
                id,
                name,
                newState,
                unknown == null ? seen.stateWords() : stateWords,
                seen.reason(),
                submittedAt,
                seen.startsAt(),
                seen.endsAt(),
                seen.nodes().isEmpty() && newState.phase() != JobState.Phase.WAITING ? nodes : seen.nodes(),
                seen.exit() != null ? seen.exit() : exit,
                counted,
                at,
                unknown,
                false,
                seen.components());
    }

    WatchedJob stale(String because) {
        return new WatchedJob(
                id,
                name,
                state,
                stateWords,
                reason,
                submittedAt,
                startsAt,
                endsAt,
                nodes,
                exit,
                restarts,
                observedAt,
                because,
                outcomeUnknown,
                components);
    }

    WatchedJob gone(String because, Instant at) {
        return new WatchedJob(
                id,
                name,
                state,
                stateWords,
                because,
                submittedAt,
                startsAt,
                at,
                nodes,
                null,
                restarts,
                at,
                null,
                true,
                components);
    }

    /** Whether a user who looks at the job would see a difference. */
    boolean differsFrom(WatchedJob other) {
        return state != other.state
                || outcomeUnknown != other.outcomeUnknown
                || restarts != other.restarts
                || isStale() != other.isStale()
                || !Objects.equals(reason, other.reason)
                || !nodes.equals(other.nodes)
                || !components.equals(other.components)
                || !Objects.equals(exit, other.exit);
    }
}
