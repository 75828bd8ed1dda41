package aifactory.client;

import aifactory.client.delivery.SpoolLimits;
import aifactory.node.connection.ServiceAddress;
import aifactory.node.environment.NodeProblemException;
import aifactory.workload.AiServerAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The start parameters of a client process.
 *
 * @param serviceAddresses of the Client Service, tried together; at least one
 * @param aiServers the AI servers under test, for runs that name none
 * @param benchmarkId the group's id
 * @param preferredPort of its control port; 0 for any
 * @param secretFile with the group's token; null to use {@code AIFACTORY_GROUP_SECRET_FILE}, and without a token if
 *      that is not set either
 * @param gpuEnabled whether to sample the node's GPUs during a run
 * @param interfaceName of the control port, for instance {@code ib0}; null for the one on the route to the service
 * @param address of the control port; null to use the interface or the route
 * @param spoolLimits how much may wait for the service
 */
public record ClientProcessConfiguration(
        List<URI> serviceAddresses,
        List<URI> aiServers,
        long benchmarkId,
        int preferredPort,
        @Nullable Path secretFile,
        boolean gpuEnabled,
        @Nullable String interfaceName,
        @Nullable String address,
        SpoolLimits spoolLimits,
        ClientTimings timings) {

    public static final int DEFAULT_PORT = 9000;
    private static final int HIGHEST_PORT = 65_535;

    public ClientProcessConfiguration {
        serviceAddresses = List.copyOf(serviceAddresses);
        aiServers = List.copyOf(aiServers);
    }

    /** Everything else as by default. */
    public static ClientProcessConfiguration of(List<URI> serviceAddresses, List<URI> aiServers, long benchmarkId) {
        return new ClientProcessConfiguration(
                serviceAddresses,
                aiServers,
                benchmarkId,
                DEFAULT_PORT,
                null,
                false,
                null,
                null,
                SpoolLimits.DEFAULTS,
                ClientTimings.DEFAULTS);
    }

    /** @throws NodeProblemException naming the first value that makes no sense */
    void check() throws NodeProblemException {
        if (serviceAddresses.isEmpty()) {
            throw new NodeProblemException(
                    "no address of the Client Service; give --client-service-addr http://HOST:8001");
        }
        for (URI service : serviceAddresses) {
            ServiceAddress.check(service);
        }
        for (URI server : aiServers) {
            try {
                AiServerAddress.of(server);
            } catch (IllegalArgumentException e) {
                throw new NodeProblemException(String.valueOf(e.getMessage()));
            }
        }
        if (benchmarkId < 0) {
            throw new NodeProblemException("benchmark id " + benchmarkId + " is below 0; give the group's id");
        }
        if (preferredPort < 0 || preferredPort > HIGHEST_PORT) {
            throw new NodeProblemException("port " + preferredPort + " is not between 0 and " + HIGHEST_PORT);
        }
    }
}
