package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A run as lists and {@code GET /runs/{run_id}} show it.
 *
 * @param progress a live view while it runs
 */
public record RunView(
        String runId,
        long benchmarkId,
        RunState state,
        String createdAt,
        @Nullable String startedAt,
        @Nullable String endedAt,
        @Nullable String detail,
        @Nullable RunProgress progress) {}
