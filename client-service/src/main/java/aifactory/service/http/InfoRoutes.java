package aifactory.service.http;

import aifactory.service.BuildIdentity;
import aifactory.service.access.RouteAccess;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StateWriter;
import aifactory.service.persistence.StorageException;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the service tells of itself. */
final class InfoRoutes implements ApiServer.Routes {
    private final StateStore store;
    private final StateWriter writer;
    private final BuildIdentity build;

    InfoRoutes(StateStore store, StateWriter writer, BuildIdentity build) {
        this.store = store;
        this.writer = writer;
        this.build = build;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/health", RouteAccess.PUBLIC, this::health);
        registry.get("/ready", RouteAccess.PUBLIC, this::ready);
        registry.get("/api/v1/journal", this::journal);
    }

    private void health(Context context) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", "healthy");
        answer.put("service", "aifactory");
        answer.put("version", build.version());
        ApiServer.json(context, 200, answer);
    }

    private void ready(Context context) {
        String trouble = writer.trouble();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", trouble == null ? "ready" : "not ready");
        if (trouble != null) {
            answer.put("detail", "the database cannot write: " + trouble + "; make room");
        }
        ApiServer.json(context, trouble == null ? 200 : 503, answer);
    }

    private void journal(Context context) throws StorageException {
        String id = context.queryParam("benchmark_id");
        Long benchmarkId = id == null ? null : RequestReader.number("benchmark_id", id, 0, Integer.MAX_VALUE);
        int limit = (int) RequestReader.numberOr("limit", context.queryParam("limit"), 100, 1, 10_000);
        int offset = (int) RequestReader.numberOr("offset", context.queryParam("offset"), 0, 0, Integer.MAX_VALUE);
        ApiServer.json(context, 200, Map.of("entries", store.journal(benchmarkId, limit, offset)));
    }
}
