package aifactory.service.http;

import aifactory.protocol.CleanupRequest;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceLimits;
import aifactory.service.dispatch.PlanQuery;
import aifactory.service.operations.Operations;
import aifactory.service.persistence.StorageException;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operator's routes: jobs, diagnosis, logs, usage, plan, cleanup. */
final class OperationsRoutes implements ApiServer.Routes {
    private static final String GROUP = "/api/v1/client-group/{id}";
    private static final int MOST_LOG_LINES = 2_000;
    private static final int MOST_CLIENTS = 100_000;
    private static final int MOST_MINUTES = 60 * 24 * 365;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:,&|*/+=\\[\\]()-]{1,200}");

    private final Operations operations;
    private final ServiceLimits limits;

    OperationsRoutes(Operations operations, ServiceLimits limits) {
        this.operations = operations;
        this.limits = limits;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/api/v1/jobs", this::jobs);
        registry.get("/api/v1/plan", this::plan);
        registry.post("/api/v1/cleanup", this::cleanUp);
        registry.get(GROUP + "/diagnosis", this::diagnosis);
        registry.get(GROUP + "/logs", this::logs);
        registry.get(GROUP + "/usage", this::usage);
    }

    private void jobs(Context context) throws StorageException {
        int deleted = (int) RequestReader.numberOr("deleted", context.queryParam("deleted"), 0, 0, 1_000);
        ApiServer.json(context, 200, operations.jobs(deleted));
    }

    private void diagnosis(Context context) throws StorageException, InterruptedException {
        ApiServer.json(context, 200, operations.diagnosis(RequestReader.benchmarkId(context)));
    }

    private void logs(Context context) throws StorageException {
        int lines = (int) RequestReader.numberOr("lines", context.queryParam("lines"), 10, 0, MOST_LOG_LINES);
        long id = RequestReader.benchmarkId(context);
        String offsets = context.queryParam("offsets");
        ApiServer.json(
                context,
                200,
                offsets == null ? operations.logs(id, lines) : operations.logsAfter(id, offsets(offsets)));
    }

    /** Of files in their order, {@code 120,0}; empty for no file yet. */
    private static List<Long> offsets(String text) {
        List<Long> offsets = new ArrayList<>();
        for (String offset : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            offsets.add(RequestReader.number("offsets", offset, 0, Long.MAX_VALUE));
        }
        return offsets;
    }

    private void usage(Context context) throws StorageException, InterruptedException {
        ApiServer.json(context, 200, operations.usage(RequestReader.benchmarkId(context)));
    }

    private void plan(Context context) throws InterruptedException {
        PlanQuery query = new PlanQuery(
                (int) RequestReader.number("num_clients", context.queryParam("num_clients"), 1, MOST_CLIENTS),
                (int) RequestReader.numberOr("cpus", context.queryParam("cpus"), 4, 1, 100_000),
                nameOr(context, "mem", "8G"),
                Duration.ofMinutes(
                        RequestReader.numberOr("time_limit", context.queryParam("time_limit"), 5, 1, MOST_MINUTES)),
                name(context, "partition"),
                name(context, "qos"),
                name(context, "account"),
                name(context, "gres"),
                name(context, "constraint"));
        ApiServer.json(context, 200, operations.plan(query));
    }

    private static @Nullable String name(Context context, String field) {
        String value = context.queryParam(field);
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (!NAME.matcher(value).matches()) {
            throw RequestRefusedException.invalid(
                    field, field + " may hold letters, digits and _.:,&|*/+=[]()- only, at most 200 of them");
        }
        return value;
    }

    private static String nameOr(Context context, String field, String otherwise) {
        String value = name(context, field);
        return value == null ? otherwise : value;
    }

    private void cleanUp(Context context) throws StorageException, InterruptedException {
        CleanupRequest request = RequestReader.body(context, CleanupRequest.class, limits.maximumRequestBytes());
        ApiServer.json(context, 200, operations.cleanUp(request));
    }
}
