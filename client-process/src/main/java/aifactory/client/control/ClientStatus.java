package aifactory.client.control;

import aifactory.measurement.RequestCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /status}. The first six members are those of the earlier system.
 *
 * @param numClients null before that is known
 * @param serverAddr the first AI server
 * @param clientServiceAddr the service's address that took the registration, or the first given before that
 * @param localAddress of this control port
 * @param createdAt when the process started, ISO 8601, UTC
 * @param clientId null before registration
 * @param runId of the latest run
 * @param clockOffsetMs the service's clock against this node's time of day
 * @param requests of the latest run, every phase
 * @param batchesWaiting batches that the service has not acknowledged
 * @param lastCommand the number of the last command that was carried out
 */
public record ClientStatus(
        long benchmarkId,
        @Nullable Integer numClients,
        @Nullable String serverAddr,
        String clientServiceAddr,
        String localAddress,
        String createdAt,
        ClientProcessState state,
        @Nullable String runId,
        @Nullable Integer clientId,
        @Nullable String node,
        @Nullable String jobId,
        @Nullable String version,
        List<String> serverAddrs,
        @Nullable Double clockOffsetMs,
        @Nullable Double clockUncertaintyMs,
        RequestCounts requests,
        int inFlight,
        int batchesWaiting,
        long bytesWaiting,
        long lastCommand) {}
