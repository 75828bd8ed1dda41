package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /cleanup}.
 *
 * @param dryRun whether only to report what would be done; true by default
 * @param groups whether to delete every group too, so that its job is cancelled; false by default
 * @param logDays logs older than so many days go; 7 unless said otherwise
 */
public record CleanupRequest(
        @Nullable Boolean dryRun,
        @Nullable Boolean groups,
        @Nullable Integer logDays) {}
