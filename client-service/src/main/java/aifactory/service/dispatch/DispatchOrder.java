package aifactory.service.dispatch;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.ServerSpecification;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group's job as it is handed to a dispatcher.
 *
 * @param jobId the other side's name for the job, where it is known already; null for a job that is to be submitted or
 *      looked for
 * @param createdAt when the group was created, so that no job of it is older
 * @param token unique, of letters and digits: identifies the job
 * @param request as the user sent it: profile, partition and so on
 * @param clientServiceAddress under which the clients reach the service
 * @param aiServers those under test; empty if they are started with the clients, or without clients
 * @param server what the job is to run in addition to the clients, null for nothing
 * @param secretFile contains the group's secret, readable only by its owner
 * @param logDirectory exists
 */
public record DispatchOrder(
        long benchmarkId,
        String token,
        @Nullable String jobId,
        Instant createdAt,
        int numClients,
        Duration timeLimit,
        GroupRequest request,
        URI clientServiceAddress,
        List<URI> aiServers,
        @Nullable ServerSpecification server,
        Path secretFile,
        Path logDirectory) {
    public DispatchOrder {
        aiServers = List.copyOf(aiServers);
    }

    /** How many nodes it takes where each client has its own. */
    public int nodes() {
        return numClients + (server == null ? 0 : server.nodes());
    }

    /** How many processes it is; those of servers are numbered after those of the clients. */
    public int processes() {
        return numClients + (server == null ? 0 : server.processes());
    }
}
