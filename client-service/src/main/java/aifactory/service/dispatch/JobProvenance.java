package aifactory.service.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a result reports of the Slurm job that its clients ran in.
 *
 * @param cluster its name, null where it is not known
 * @param version of Slurm, null where it is not known
 * @param nodes of the job; empty where they are not known
 * @param startedAt when the job began to use them, null where it is not known
 */
public record JobProvenance(
        @Nullable String cluster,
        @Nullable String version,
        String jobId,
        List<String> nodes,
        @Nullable Instant startedAt) {
    private static final double SECONDS_PER_HOUR = 3600;

    public JobProvenance {
        nodes = List.copyOf(nodes);
    }

    /** Hours times nodes until then; null where they are not known. */
    public @Nullable Double nodeHoursUntil(Instant time) {
        if (startedAt == null || nodes.isEmpty()) {
            return null;
        }
        double seconds = Math.max(0, Duration.between(startedAt, time).toMillis() / 1e3);
        return nodes.size() * seconds / SECONDS_PER_HOUR;
    }
}
