package aifactory.service.groups;

import aifactory.service.ClientServiceConfiguration;
import aifactory.service.dispatch.DispatchOrder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Describes the jobs of groups for a dispatcher. Thread-safe. */
final class JobOrders {
    private final ClientServiceConfiguration configuration;
    private final GroupSecrets secrets;
    private final Supplier<URI> ownAddress;

    /** @param ownAddress under which clients reach the service; known once it listens */
    JobOrders(ClientServiceConfiguration configuration, GroupSecrets secrets, Supplier<URI> ownAddress) {
        this.configuration = configuration;
        this.secrets = secrets;
        this.ownAddress = ownAddress;
    }

    DispatchOrder of(
            long benchmarkId, String token, GroupDefinition definition, @Nullable String jobId, long createdAtMillis) {
        return new DispatchOrder(
                benchmarkId,
                token,
                jobId,
                Instant.ofEpochMilli(createdAtMillis),
                definition.numClients(),
                Duration.ofMinutes(definition.timeLimitMinutes()),
                definition.request(),
                ownAddress.get(),
                definition.aiServers().stream().map(URI::create).toList(),
                definition.server(),
                secrets.file(token),
                configuration.sharedDirectory().resolve("logs"));
    }
}
