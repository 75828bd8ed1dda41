package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group, as returned by {@code GET /client-group/{id}}.
 *
 * @param clientAddress the first client's, null before one has registered
 * @param createdAt ISO 8601, UTC
 * @param jobState Slurm's word for the state of the job
 * @param reason why the job or the group is in its state, where that is known
 * @param notes what differs from the request, and what that costs; null or empty for nothing
 * @param registered how many clients have registered
 * @param servers those that were started for the group
 * @param currentRunId the run in progress
 * @param latestRunId the newest run
 */
public record GroupInfo(
        int numClients,
        int minClients,
        int timeLimit,
        @Nullable String clientAddress,
        String createdAt,
        GroupState status,
        @Nullable String jobId,
        @Nullable String jobState,
        @Nullable String reason,
        @Nullable List<String> notes,
        int registered,
        List<ClientView> clients,
        List<String> logPaths,
        List<String> aiServers,
        List<ServerView> servers,
        @Nullable String currentRunId,
        @Nullable String latestRunId) {}
