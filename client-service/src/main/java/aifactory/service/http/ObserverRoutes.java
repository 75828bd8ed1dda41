package aifactory.service.http;

import aifactory.service.ServiceLimits;
import aifactory.service.access.RouteAccess;
import aifactory.service.groups.ClientManager;
import aifactory.service.observers.Observer;
import aifactory.service.observers.ObserverRequest;
import aifactory.service.observers.Observers;
import aifactory.service.persistence.StorageException;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Registers observers of groups. */
final class ObserverRoutes implements ApiServer.Routes {
    private final Observers observers;
    private final ClientManager clients;
    private final ServiceLimits limits;

    ObserverRoutes(Observers observers, ClientManager clients, ServiceLimits limits) {
        this.observers = observers;
        this.clients = clients;
        this.limits = limits;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post("/api/v1/observer", context -> register(context, null));
        registry.post("/api/v1/client-group/{id}/observer", RouteAccess.GROUP, context -> {
            long id = RequestReader.benchmarkId(context);
            clients.require(id);
            register(context, id);
        });
    }

    private void register(Context context, @Nullable Long benchmarkId) throws StorageException, InterruptedException {
        ObserverRequest request = RequestReader.body(context, ObserverRequest.class, limits.maximumRequestBytes());
        Observer observer = observers.register(benchmarkId, request);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "registered");
        if (benchmarkId != null) {
            answer.put("benchmark_id", benchmarkId);
        }
        answer.put("observer", observer.address());
        ApiServer.json(context, 201, answer);
    }
}
