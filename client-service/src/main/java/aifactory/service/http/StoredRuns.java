package aifactory.service.http;

import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunState;
import aifactory.protocol.RunView;
import aifactory.service.persistence.RunStore;
import aifactory.service.runs.RunMoments;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs as they are stored, those that cannot be read too: they are shown as failed, with why. Stateless. */
final class StoredRuns {
    private StoredRuns() {}

    /** Its state; {@link RunState#FAILED} where that cannot be read. */
    static RunState state(RunStore.RunRow row) {
        try {
            return RunState.valueOf(row.state());
        } catch (IllegalArgumentException e) {
            return RunState.FAILED;
        }
    }

    static RunView view(RunStore.RunRow row) {
        try {
            RunMoments moments =
                    Objects.requireNonNull(JsonFormat.mapper().readValue(row.progress(), RunMoments.class), "null");
            Long start = moments.startEpochNanos();
            Long end = moments.endedAtMillis();
            return view(
                    row,
                    RunState.valueOf(row.state()),
                    start == null
                            ? null
                            : Instant.ofEpochMilli(start / 1_000_000).toString(),
                    end == null ? null : Instant.ofEpochMilli(end).toString(),
                    moments.detail());
        } catch (RuntimeException e) {
            return view(row, state(row), null, null, "the stored data of the run cannot be read: " + e.getMessage());
        }
    }

    private static RunView view(
            RunStore.RunRow row,
            RunState state,
            @Nullable String started,
            @Nullable String ended,
            @Nullable String detail) {
        return new RunView(
                row.runId(),
                row.benchmarkId(),
                state,
                Instant.ofEpochMilli(row.createdAt()).toString(),
                started,
                ended,
                detail,
                null);
    }
}
