package aifactory.slurm;

import java.time.Instant;

/** What {@code sbatch --test-only} says of a submission that is not made. */
public sealed interface TestStart {
    /**
     * It would be accepted and could start then, as the queue is now.
     *
     * @param words Slurm's own
     */
    record Estimated(Instant startsAt, String words) implements TestStart {}

    record Refused(Refusal refusal) implements TestStart {}

    /** This way of talking to Slurm has no such question. */
    record Unsupported(String words) implements TestStart {}
}
