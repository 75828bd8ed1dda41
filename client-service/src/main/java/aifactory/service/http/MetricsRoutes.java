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
import org.jspecify.annotations.Nullable;

/** What Prometheus asks for: figures, and where to find more. */
final class MetricsRoutes implements ApiServer.Routes {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final ServiceMetrics metrics;
    private final ClientManager clients;
    private final ServiceClock clock;
    private final boolean onlyOnNodes;

    /** @param onlyOnNodes whether only clients on the nodes of their groups' jobs are shown to Prometheus */
    MetricsRoutes(ServiceMetrics metrics, ClientManager clients, ServiceClock clock, boolean onlyOnNodes) {
        this.onlyOnNodes = onlyOnNodes;
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

    /** Prometheus leaves out a label without a value. */
    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** A client with the group whose nodes have to have its address. */
    private record Target(Group group, URI address, Map<String, String> labels) {}

    /**
     * Prometheus' HTTP discovery: the control ports of all clients that are there. With tokens, a client that says that
     * it is elsewhere than on a node of its group's job is left out, so that a group's secret does not lead Prometheus
     * anywhere else.
     */
    private void targets(Context context) {
        List<Target> all = new ArrayList<>();
        for (Group group : clients.all()) {
            group.lock().lock();
            try {
                for (GroupClient client : group.liveClients()) {
                    all.add(new Target(
                            group,
                            URI.create(client.registration().clientAddress()),
                            Map.of(
                                    "benchmark_id", Long.toString(group.benchmarkId()),
                                    "client_id", Integer.toString(client.id()),
                                    "node", orEmpty(client.registration().node()),
                                    "job_id", orEmpty(group.job().jobId()))));
                }
            } finally {
                group.lock().unlock();
            }
        }
        List<Map<String, Object>> targets = new ArrayList<>();
        for (Target target : all) {
            if (!onlyOnNodes
                    || target.group()
                            .nodeAddresses()
                            .contains(String.valueOf(target.address().getHost()))) {
                targets.add(Map.of("targets", List.of(target.address().getRawAuthority()), "labels", target.labels()));
            }
        }
        ApiServer.json(context, 200, targets);
    }
}
