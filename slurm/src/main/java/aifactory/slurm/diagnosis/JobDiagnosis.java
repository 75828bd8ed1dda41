package aifactory.slurm.diagnosis;

import aifactory.slurm.JobObservation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a job is where it is, and what to do about it.
 *
 * @param observation what Slurm says of it
 * @param facts what else is known and matters here, one sentence each
 * @param expectedStart Slurm's estimate for a job that waits, null where it has none
 * @param nativeCommands the equivalent native commands
 */
public record JobDiagnosis(
        JobObservation observation,
        Explanation explanation,
        List<String> facts,
        @Nullable Instant expectedStart,
        List<String> nativeCommands) {
    public JobDiagnosis {
        facts = List.copyOf(facts);
        nativeCommands = List.copyOf(nativeCommands);
    }
}
