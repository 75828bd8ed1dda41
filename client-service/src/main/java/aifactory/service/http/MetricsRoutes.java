package aifactory.service.http;

import aifactory.service.ServiceClock;
import aifactory.service.access.RouteAccess;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.metrics.GroupMetrics;
import aifactory.service.metrics.ServiceMetrics;
import io.javalin.http.Context;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Prometheus asks for: figures, and where to find more. */
final class MetricsRoutes implements ApiServer.Routes {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final ServiceMetrics metrics;
    private final ClientManager clients;
    private final ServiceClock clock;

    MetricsRoutes(ServiceMetrics metrics, ClientManager clients, ServiceClock clock) {
        this.metrics = metrics;
        this.clients = clients;
        this.clock = clock;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/metrics", this::service);
        registry.get("/api/v1/client-groups/targets", this::targets);
        registry.get("/api/v1/client-group/{id}/metrics", RouteAccess.READ_OR_GROUP, this::group);
        registry.get("/api/v1/client-groups/{id}/metrics", RouteAccess.READ_OR_GROUP, this::group);
    }

    private void service(Context context) {
        context.contentType(TEXT).result(metrics.scrape() + GroupMetrics.scrape(clients.all(), clock.epochNanos()));
    }

    private void group(Context context) {
        Group group = clients.require(RequestReader.benchmarkId(context));
        context.contentType(TEXT).result(GroupMetrics.scrape(List.of(group), clock.epochNanos()));
    }

    /** Prometheus' HTTP discovery: the control ports of all clients that are there. */
    private void targets(Context context) {
        List<Map<String, Object>> targets = new ArrayList<>();
        for (Group group : clients.all()) {
            group.lock().lock();
            try {
                for (GroupClient client : group.liveClients()) {
                    // Checked when it registered.
                    URI address = URI.create(client.registration().clientAddress());
                    targets.add(Map.of(
                            "targets",
                            List.of(address.getRawAuthority()),
                            "labels",
                            Map.of(
                                    "benchmark_id", Long.toString(group.benchmarkId()),
                                    "client_id", Integer.toString(client.id()),
                                    "node", String.valueOf(client.registration().node()),
                                    "job_id", String.valueOf(group.job().jobId()))));
                }
            } finally {
                group.lock().unlock();
            }
        }
        ApiServer.json(context, 200, targets);
    }
}
