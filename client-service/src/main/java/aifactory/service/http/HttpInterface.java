package aifactory.service.http;

import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceStartException;
import aifactory.service.access.AccessTokens;
import aifactory.service.access.ServerCertificate;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.coordination.RunCoordinator;
import aifactory.service.coordination.RunResults;
import aifactory.service.coordination.ServerCoordinator;
import aifactory.service.groups.ClientManager;
import aifactory.service.metrics.ServiceMetrics;
import aifactory.service.observers.Observers;
import aifactory.service.operations.Operations;
import aifactory.service.persistence.JournalStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StateWriter;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The service as others reach it. */
public final class HttpInterface implements AutoCloseable {
    private final ApiServer server;

    private HttpInterface(ApiServer server) {
        this.server = server;
    }

    /** What the routes work on. */
    public record Parts(
            ClientManager clients,
            GroupSupervisor supervisor,
            RunCoordinator runs,
            ServerCoordinator servers,
            RunResults results,
            Operations operations,
            StateStore store,
            JournalStore journalStore,
            StateWriter writer,
            Observers observers,
            ServiceMetrics metrics,
            Journal journal,
            ServiceClock clock,
            BuildIdentity build,
            @Nullable AccessTokens tokens,
            @Nullable ServerCertificate certificate) {}

    /**
     * Begins to serve.
     *
     * @throws ServiceStartException when the port cannot be listened on
     */
    public static HttpInterface start(ClientServiceConfiguration configuration, Parts parts)
            throws ServiceStartException {
        BodyBudget bodies = new BodyBudget(configuration.limits().maximumBodiesBytes());
        parts.metrics.bodies(bodies::heldBytes);
        AccessControl access = new AccessControl(parts.tokens, parts.clients, parts.clock);
        List<ApiServer.Routes> routes = List.of(
                new GroupRoutes(parts.clients, parts.supervisor, parts.runs, parts.clock, configuration.limits()),
                new ControlRoutes(parts.clients, parts.runs, parts.clock, configuration.limits()),
                new ServerRoutes(parts.servers, configuration.limits()),
                new RunRoutes(parts.store, parts.results, parts.clients, parts.clock, parts.journal),
                new OperationsRoutes(parts.operations, configuration.limits()),
                new ComparisonRoutes(parts.results),
                new DashboardRoutes(),
                new InfoRoutes(parts.journalStore, parts.writer, parts.supervisor, parts.build),
                // Before the routes with an id, which would take "targets" for one.
                new MetricsRoutes(parts.metrics, parts.clients, parts.clock, parts.tokens != null),
                new EarlierRoutes(parts.clients, parts.supervisor, parts.runs, configuration),
                new ObserverRoutes(parts.observers, parts.clients, configuration.limits()),
                new DocumentationRoutes(),
                new SessionRoutes(parts.tokens, parts.clock, parts.certificate != null));
        return new HttpInterface(ApiServer.start(
                configuration,
                new ApiServer.Watch(
                        access,
                        new RefusalAudit(
                                parts.journalStore,
                                parts.journal,
                                parts.clock::monotonicNanos,
                                parts.metrics::auditLineDropped),
                        parts.metrics,
                        parts.clock::monotonicNanos,
                        configuration.limits().longestBody(),
                        bodies),
                parts.certificate,
                routes));
    }

    /** With the real port. */
    public URI address() {
        return server.address();
    }

    /** Everything that is served. */
    public List<ServedRoute> routes() {
        return server.served();
    }

    @Override
    public void close() {
        server.close();
    }
}
