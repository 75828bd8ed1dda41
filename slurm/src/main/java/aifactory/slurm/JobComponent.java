package aifactory.slurm;

import org.jspecify.annotations.Nullable;

/**
 * One component of a heterogeneous job: a part of its nodes with separate resources.
 *
 * @param offset its place in the job, 0 for the component that runs the batch script
 * @param id which Slurm gives to the component; that of the job for the first
 * @param stateWords Slurm's own word or words, for people
 * @param reason Slurm's, null for none
 * @param nodes a host list, empty without nodes
 */
public record JobComponent(
        int offset,
        JobId id,
        JobState state,
        String stateWords,
        @Nullable String reason,
        String partition,
        String nodes) {}
