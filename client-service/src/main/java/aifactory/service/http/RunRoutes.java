package aifactory.service.http;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunView;
import aifactory.reporting.html.RunReport;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.coordination.RunResults;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.persistence.RunStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.Run;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs and their results, by the run or as the latest of a group. */
final class RunRoutes implements ApiServer.Routes {
    private static final String RUN = "/api/v1/runs/{run}";
    private static final String GROUP = "/api/v1/client-group/{id}";

    private final StateStore store;
    private final RunResults results;
    private final ClientManager clients;
    private final ServiceClock clock;
    private final Journal journal;

    RunRoutes(StateStore store, RunResults results, ClientManager clients, ServiceClock clock, Journal journal) {
        this.store = store;
        this.results = results;
        this.clients = clients;
        this.clock = clock;
        this.journal = journal;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/api/v1/runs", this::list);
        registry.get(RUN, context -> ApiServer.json(context, 200, view(row(context))));
        registry.delete(RUN, this::delete);
        registry.get(
                RUN + "/summary",
                context -> ApiServer.json(context, 200, result(row(context)).summary()));
        registry.get(RUN + "/timeline", this::timeline);
        registry.get(RUN + "/result", context -> ApiServer.json(context, 200, result(row(context))));
        registry.get(
                RUN + "/records",
                context -> RunExport.lines(context, results.records(row(context).runId())));
        registry.get(RUN + "/report", context -> report(context, row(context)));
        registry.get(RUN + "/export/{format}", context -> export(context, row(context)));
        registry.get(GROUP + "/export/{format}", context -> export(context, latest(context)));
        registry.get(
                GROUP + "/results",
                context -> ApiServer.json(context, 200, result(latest(context)).summary()));
        registry.get(GROUP + "/report", context -> report(context, latest(context)));
    }

    private void list(Context context) throws StorageException {
        String id = context.queryParam("benchmark_id");
        int limit = (int) RequestReader.numberOr("limit", context.queryParam("limit"), 100, 1, 1_000);
        int offset = (int) RequestReader.numberOr("offset", context.queryParam("offset"), 0, 0, Integer.MAX_VALUE);
        Long benchmarkId = id == null ? null : RequestReader.number("benchmark_id", id, 0, Integer.MAX_VALUE);
        List<RunView> runs = store.runs().newest(benchmarkId, limit, offset).stream()
                .map(this::view)
                .toList();
        ApiServer.json(context, 200, Map.of("runs", runs, "count", runs.size()));
    }

    private RunStore.RunRow row(Context context) throws StorageException {
        String runId = context.pathParam("run");
        return store.runs()
                .find(runId)
                .orElseThrow(() -> RequestRefusedException.notFound("there is no run '"
                        + runId.replaceAll("[^A-Za-z0-9_-]", "?") + "'; GET /api/v1/runs lists them"));
    }

    private RunStore.RunRow latest(Context context) throws StorageException {
        long id = RequestReader.benchmarkId(context);
        return store.runs().newest(id, 1, 0).stream()
                .findFirst()
                .orElseThrow(() ->
                        RequestRefusedException.notFound("Benchmark id not found: group " + id + " has had no run"));
    }

    private RunView view(RunStore.RunRow row) {
        RunView view = liveView(row);
        // An end is published once it is durable: its recipients request the result next.
        return view != null && !view.state().isTerminal() ? view : StoredRuns.view(row);
    }

    /** The run as it goes, if it does. */
    private @Nullable RunView liveView(RunStore.RunRow row) {
        Group group = clients.find(row.benchmarkId());
        if (group == null) {
            return null;
        }
        group.lock().lock();
        try {
            Run run = group.currentRun();
            return run != null && run.runId().equals(row.runId()) ? run.view(clock.epochNanos()) : null;
        } finally {
            group.lock().unlock();
        }
    }

    private RunResult result(RunStore.RunRow row) throws StorageException {
        RunState state = StoredRuns.state(row);
        return results.result(row.runId())
                .orElseThrow(() -> state.isTerminal()
                        ? RequestRefusedException.notFound("run " + row.runId() + " ended (" + lower(state)
                                + ") without measurements: " + view(row).detail())
                        : RequestRefusedException.conflict(
                                "run " + row.runId() + " has not ended; it is " + lower(state)));
    }

    private static String lower(RunState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void report(Context context, RunStore.RunRow row) throws StorageException {
        page(context, RunReport.of(result(row)));
    }

    /** Answers with a page that carries its own style and script. */
    static void page(Context context, String page) {
        context.contentType("text/html; charset=utf-8")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:")
                .result(page);
    }

    /** The course of a run until now, which the run's own lock keeps whole. */
    private void timeline(Context context) throws StorageException {
        RunStore.RunRow row = row(context);
        Group group = clients.find(row.benchmarkId());
        List<RunResult.TimelinePoint> points = null;
        if (group != null) {
            group.lock().lock();
            try {
                Run run = group.currentRun();
                if (run != null && run.runId().equals(row.runId())) {
                    points = RunResultBuilder.timeline(run.aggregate().timeline());
                }
            } finally {
                group.lock().unlock();
            }
        }
        if (points == null) {
            points = results.result(row.runId()).map(RunResult::timeline).orElse(List.of());
        }
        ApiServer.json(context, 200, Map.of("run_id", row.runId(), "timeline", points));
    }

    private void export(Context context, RunStore.RunRow row) throws StorageException, IOException {
        RunExport.answer(context, context.pathParam("format"), result(row), results.records(row.runId()));
    }

    private void delete(Context context) throws StorageException, InterruptedException {
        RunStore.RunRow row = row(context);
        if (!StoredRuns.state(row).isTerminal()) {
            throw RequestRefusedException.conflict("run " + row.runId() + " has not ended; stop it first");
        }
        store.runs().delete(row.runId(), journal.run(row.benchmarkId(), row.runId(), "deleted", null));
        ApiServer.json(context, 200, Map.of("status", "deleted", "run_id", row.runId()));
    }
}
