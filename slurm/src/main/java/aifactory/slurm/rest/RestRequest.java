package aifactory.slurm.rest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request to {@code slurmrestd}.
 *
 * @param path with its query, {@code /slurm/v0.0.42/jobs}
 * @param user value of {@code X-SLURM-USER-NAME}
 * @param token value of {@code X-SLURM-USER-TOKEN}; secret
 * @param body JSON, null for none
 */
public record RestRequest(
        String method,
        String path,
        String user,
        String token,
        @Nullable String body,
        Duration timeout) {
    /** Without the token. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
