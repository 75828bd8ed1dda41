package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /client-group/{id}/diagnosis}: why a group is where it is, and what to do.
 *
 * @param verdict fine, waiting, blocked, failed or uncertain
 * @param reason Slurm's own word
 * @param cause one sentence
 * @param remedy one sentence
 * @param facts what else matters
 * @param expectedStart ISO 8601, UTC; Slurm's estimate for a job that waits
 * @param findings what its logs tell
 */
public record GroupDiagnosis(
        long benchmarkId,
        GroupState status,
        @Nullable String jobId,
        @Nullable String jobState,
        @Nullable String reason,
        String verdict,
        String cause,
        String remedy,
        List<String> facts,
        @Nullable String expectedStart,
        List<LogFinding> findings,
        List<String> nativeCommands) {}
