package aifactory.service.http;

import aifactory.reporting.RunFormat;
import aifactory.reporting.comparison.ComparedRun;
import aifactory.reporting.comparison.Comparison;
import aifactory.reporting.comparison.ComparisonDocument;
import aifactory.reporting.comparison.ComparisonOptions;
import aifactory.reporting.comparison.ComparisonTable;
import aifactory.reporting.comparison.RunComparison;
import aifactory.reporting.html.ComparisonPage;
import aifactory.service.RequestRefusedException;
import aifactory.service.coordination.RunResults;
import aifactory.service.persistence.StorageException;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Compares runs that the service keeps, for the dashboard and for scripts. */
final class ComparisonRoutes implements ApiServer.Routes {
    /** Enough for repeats; each run of a side is read whole. */
    private static final int MOST_RUNS_A_SIDE = 20;

    private final RunResults results;
    /** A comparison takes a core for seconds and about sixty bytes per request: one at a time. */
    private final Semaphore comparing = new Semaphore(1);

    ComparisonRoutes(RunResults results) {
        this.results = results;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/api/v1/comparison", this::compare);
    }

    private void compare(Context context) throws StorageException, IOException {
        List<ComparedRun> before = side(context, "before");
        List<ComparedRun> after = side(context, "after");
        String format = context.queryParam("format");
        if (format != null && !List.of("json", "html", "markdown").contains(format)) {
            throw RequestRefusedException.invalid("format", "format: json, html and markdown are served");
        }
        if (!comparing.tryAcquire()) {
            throw RequestRefusedException.unavailable("another comparison is in progress; retry when it has ended");
        }
        try {
            Comparison comparison = RunComparison.compare(before, after, ComparisonOptions.DEFAULTS);
            answer(context, comparison, format == null ? "json" : format);
        } finally {
            comparing.release();
        }
    }

    private List<ComparedRun> side(Context context, String name) throws StorageException {
        List<String> runs = context.queryParams(name);
        if (runs.isEmpty() || runs.size() > MOST_RUNS_A_SIDE) {
            throw RequestRefusedException.invalid(
                    name, name + ": name from 1 to " + MOST_RUNS_A_SIDE + " runs, as ?before=RUN&after=RUN");
        }
        List<ComparedRun> side = new ArrayList<>();
        for (String run : runs) {
            var result = results.result(run)
                    .orElseThrow(() -> RequestRefusedException.notFound("run '" + run.replaceAll("[^A-Za-z0-9_-]", "?")
                            + "' has no result; GET /api/v1/runs lists the runs"));
            side.add(new ComparedRun(run, result.summary(), results.records(run)));
        }
        return side;
    }

    private static void answer(Context context, Comparison comparison, String format) {
        switch (format) {
            case "html" -> RunRoutes.page(context, ComparisonPage.of(comparison, List.of()));
            case "markdown" ->
                context.contentType("text/markdown; charset=utf-8")
                        .result(ComparisonTable.markdown(comparison, List.of()));
            default ->
                context.contentType("application/json")
                        .result(RunFormat.mapper().writeValueAsBytes(ComparisonDocument.of(comparison, List.of())));
        }
    }
}
