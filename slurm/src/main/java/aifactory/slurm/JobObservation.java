package aifactory.slurm;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Slurm said of one job at one moment.
 *
 * @param name the whole name, the unique token included
 * @param stateWords Slurm's own word or words, for users
 * @param reason Slurm's reason, null for {@code None}
 * @param startsAt when it started, or is expected to; null if unknown
 * @param endsAt when it ended, or its latest possible end; null if unknown
 * @param nodes a host list such as {@code node[001-004]}, empty without nodes
 * @param exit null while the job has not ended or the source does not tell
 * @param restarts how often it was requeued, -1 where the source does not tell
 * @param source who said so
 * @param components of a heterogeneous job, in their order; empty for any other
 */
public record JobObservation(
        JobId id,
        String name,
        JobState state,
        String stateWords,
        @Nullable String reason,
        String partition,
        @Nullable Instant submittedAt,
        @Nullable Instant startsAt,
        @Nullable Instant endsAt,
        String nodes,
        @Nullable ExitStatus exit,
        int restarts,
        Source source,
        List<JobComponent> components) {
    public JobObservation {
        components = List.copyOf(components);
    }

    /** A job, or a single component. */
    public JobObservation(
            JobId id,
            String name,
            JobState state,
            String stateWords,
            @Nullable String reason,
            String partition,
            @Nullable Instant submittedAt,
            @Nullable Instant startsAt,
            @Nullable Instant endsAt,
            String nodes,
            @Nullable ExitStatus exit,
            int restarts,
            Source source) {
        this(
                id,
                name,
                state,
                stateWords,
                reason,
                partition,
                submittedAt,
                startsAt,
                endsAt,
                nodes,
                exit,
                restarts,
                source,
                List.of());
    }

    /** The same with another exit status. */
    public JobObservation withExit(@Nullable ExitStatus other) {
        return new JobObservation(
                id,
                name,
                state,
                stateWords,
                reason,
                partition,
                submittedAt,
                startsAt,
                endsAt,
                nodes,
                other,
                restarts,
                source,
                components);
    }

    /** Where an observation comes from. */
    public enum Source {
        /** {@code squeue}, or the REST interface's jobs. */
        QUEUE,
        /** {@code sacct}, or the REST interface of the accounting database. */
        ACCOUNTING,
        /** {@code scontrol show job}, or the REST interface's job. */
        CONTROLLER
    }
}
