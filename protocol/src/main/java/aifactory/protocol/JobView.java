package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job that the service has submitted, one element of {@code GET /jobs}.
 *
 * @param jobState the state of the job in the dispatcher's terms
 * @param reason why it is in its state, as text
 * @param createdAt ISO 8601, UTC
 * @param startedAt ISO 8601, UTC
 * @param endsAt ISO 8601, UTC; when its time is over
 * @param live whether its group still exists
 */
public record JobView(
        long benchmarkId,
        GroupState status,
        @Nullable String jobId,
        @Nullable String jobState,
        @Nullable String reason,
        int registered,
        int numClients,
        String createdAt,
        @Nullable String startedAt,
        @Nullable String endsAt,
        @Nullable String latestRunId,
        List<String> logPaths,
        boolean live) {}
