package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answer of {@code GET /client-group/{id}/logs}: the recorded files of the group's job, also after its end. */
public record GroupLogs(
        long benchmarkId,
        @Nullable String jobId,
        GroupState status,
        List<LogView> files,
        List<LogFinding> findings,
        List<String> nativeCommands) {}
