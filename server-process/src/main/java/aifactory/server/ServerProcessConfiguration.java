package aifactory.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server process is started with.
 *
 * @param services addresses of the Client Service, at least one
 * @param logDirectory where the server's output goes; every node sees it
 * @param interfaceName whose address others use, such as {@code ib0}; null to use the route to the service
 * @param address that others use; null to use the interface or the route
 * @param serviceLostTimeout the server is ended after so long without the service
 */
public record ServerProcessConfiguration(
        List<URI> services,
        long benchmarkId,
        Path logDirectory,
        @Nullable String interfaceName,
        @Nullable String address,
        Duration serviceLostTimeout) {
    /** As long as a client process waits by default. */
    public static final Duration DEFAULT_SERVICE_LOST_TIMEOUT = Duration.ofMinutes(15);

    public ServerProcessConfiguration {
        services = List.copyOf(services);
    }
}
