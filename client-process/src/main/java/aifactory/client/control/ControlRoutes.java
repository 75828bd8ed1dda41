package aifactory.client.control;

import aifactory.client.progress.LiveMeasurements;
import aifactory.node.environment.GroupSecret;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The routes of the control port. Thread-safe. */
public final class ControlRoutes {
    private static final String GET = "GET";
    private static final String POST = "POST";

    private final Map<String, Route> routes;
    private final @Nullable GroupSecret secret;

    /** @param secret null to admit every request */
    public ControlRoutes(
            @Nullable GroupSecret secret, Supplier<ClientStatus> status, LiveMeasurements live, ServiceOrders orders) {
        this.secret = secret;
        this.routes = Map.of(
                "/health",
                new Route(GET, true, _ -> ControlAnswer.json(200, Map.of("status", "healthy"))),
                "/status",
                new Route(GET, false, _ -> ControlAnswer.json(200, status.get())),
                "/metrics",
                new Route(
                        GET,
                        false,
                        _ -> ControlAnswer.text(
                                PrometheusText.CONTENT_TYPE, ClientMetrics.text(status.get(), live.snapshot()))),
                "/run",
                new Route(POST, false, orders::run),
                "/stop",
                new Route(POST, false, _ -> orders.stop()),
                "/observer",
                new Route(POST, false, orders::observer));
    }

    /** The route of a path; null if the path is unknown. */
    @Nullable
    Route find(String path) {
        return routes.get(path);
    }

    /** Whether a caller with that header may use the route. */
    boolean admits(Route route, @Nullable String authorization) {
        return route.open() || secret == null || secret.admits(authorization);
    }

    /**
     * One route.
     *
     * @param open whether it needs no token
     */
    record Route(String method, boolean open, Handler handler) {}

    /** Answers a request. */
    interface Handler {
        ControlAnswer answer(byte[] body) throws InterruptedException;
    }
}
