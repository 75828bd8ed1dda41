package aifactory.service.http;

import aifactory.protocol.ServerArguments;
import aifactory.protocol.ServerReport;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceLimits;
import aifactory.service.access.RouteAccess;
import aifactory.service.coordination.ServerCoordinator;
import aifactory.service.persistence.StorageException;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The servers of a group: what their processes tell, and what users want of them. */
final class ServerRoutes implements ApiServer.Routes {
    private static final String GROUP = "/api/v1/client-group/{id}";
    private static final int MOST_PROCESSES = 200_000;

    private final ServerCoordinator servers;
    private final ServiceLimits limits;

    ServerRoutes(ServerCoordinator servers, ServiceLimits limits) {
        this.servers = servers;
        this.limits = limits;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post(GROUP + "/servers/{server}", RouteAccess.GROUP, this::report);
        registry.post(GROUP + "/server", this::change);
    }

    private void report(Context context) {
        int number = (int) RequestReader.numberOr("server", context.pathParam("server"), 0, 0, MOST_PROCESSES);
        ServerReport report = RequestReader.body(context, ServerReport.class, limits.maximumRequestBytes());
        check(report);
        ApiServer.json(context, 200, servers.report(RequestReader.benchmarkId(context), number, report));
    }

    private static void check(ServerReport report) {
        if (report.instance() == null || report.state() == null || report.host() == null || report.command() == null) {
            throw RequestRefusedException.invalid(
                    "instance", "a report needs instance, generation, state, host and command");
        }
        if (report.failure() != null
                && (report.failure().cause() == null
                        || report.failure().message() == null
                        || report.failure().lastLines() == null)) {
            throw RequestRefusedException.invalid("failure", "a failure needs cause, message and last_lines");
        }
    }

    private void change(Context context) throws StorageException, InterruptedException {
        long id = RequestReader.benchmarkId(context);
        ServerArguments asked = RequestReader.body(context, ServerArguments.class, limits.maximumRequestBytes());
        boolean restarts = servers.change(id, Objects.requireNonNullElse(asked.arguments(), Map.of()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", restarts ? "restarting" : "unchanged");
        answer.put("benchmark_id", id);
        ApiServer.json(context, 200, answer);
    }
}
