package aifactory.reporting.export;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.measurement.ValidityLimits;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.protocol.WorkloadRequest;
import aifactory.reporting.RunFacts;
import aifactory.reporting.records.RecordStatistics;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.workload.WorkloadSpecification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** What another tool measured of each request, as if one client of ours had measured it. */
final class ToolRun {
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final long SECOND = 1_000_000_000L;

    /**
     * One request.
     *
     * @param gapsNanos between its chunks
     * @param error null when it was completed
     */
    record Request(
            long startNanos,
            long firstNanos,
            long doneNanos,
            long[] gapsNanos,
            int inputTokens,
            int outputTokens,
            boolean good,
            @Nullable String error) {}

    private final List<Request> requests;
    private final WorkloadSpecification specification;
    private final long durationNanos;

    ToolRun(List<Request> requests, String workloadJson, double durationSeconds) {
        this.requests = requests;
        this.durationNanos = Math.round(durationSeconds * SECOND);
        this.specification = specification(workloadJson);
    }

    private static WorkloadSpecification specification(String json) {
        try {
            return JsonFormat.mapper().readValue(json, WorkloadRequest.class).toSpecification(1, null);
        } catch (InvalidWorkloadException e) {
            throw new IllegalStateException(e);
        }
    }

    List<RequestRecord> records() {
        List<RequestRecord> records = new ArrayList<>();
        for (Request request : requests) {
            boolean failed = request.error() != null;
            records.add(new RequestRecord(
                    records.size(),
                    0,
                    0,
                    null,
                    0,
                    RunPhase.MEASURED,
                    failed ? RequestOutcome.FAILED : RequestOutcome.COMPLETED,
                    request.startNanos(),
                    0,
                    request.startNanos(),
                    null,
                    request.startNanos(),
                    failed ? null : request.firstNanos(),
                    failed ? null : request.firstNanos(),
                    failed ? null : request.doneNanos(),
                    request.inputTokens(),
                    request.outputTokens(),
                    failed ? null : TokenSource.USAGE,
                    failed ? 0 : request.gapsNanos().length + 1,
                    0,
                    failed ? 503 : 200,
                    request.error(),
                    request.error()));
        }
        return records;
    }

    RecordStatistics statistics() {
        RecordStatistics statistics = new RecordStatistics();
        records().forEach(statistics::add);
        return statistics;
    }

    DetailedColumns columns() {
        DetailedColumns columns = new DetailedColumns();
        records().forEach(columns::add);
        return columns;
    }

    RunResult result() {
        RunAggregate aggregate = new RunAggregate(1);
        long end = requests.stream().mapToLong(Request::doneNanos).max().orElse(0);
        for (int second = 0; second * SECOND <= end; second++) {
            aggregate.add(0, interval(second, (second + 1) * SECOND > end));
        }
        aggregate.addRecords(records());
        Map<String, Object> workload = new HashMap<>(
                JsonFormat.mapper().readValue(JsonFormat.mapper().writeValueAsString(specification), MAP));
        RunSummary.Provenance provenance = new RunSummary.Provenance(
                "0.1.0",
                "0",
                "0",
                7,
                workload,
                "2026-11-26T18:00:00Z",
                "2026-11-26T18:00:03Z",
                List.of("http://127.0.0.1:18431"),
                "aifactory benchmark",
                Map.of(),
                0,
                null);
        return RunResultBuilder.build(new RunFacts(
                1,
                "run",
                RunState.COMPLETED,
                specification,
                aggregate,
                ValidityLimits.DEFAULTS,
                List.of(new RunFacts.ClientWindow(0, durationNanos)),
                Map.of(0, "node"),
                List.of("http://127.0.0.1:18431"),
                1,
                1,
                List.of(),
                provenance,
                null));
    }

    private IntervalMeasurement interval(int second, boolean last) {
        MetricHistograms histograms = new MetricHistograms();
        RequestCounts counts = RequestCounts.NONE;
        long chunks = 0;
        for (Request request : requests) {
            if (last) {
                counts = counts.plus(counts(request));
                record(request, histograms);
            }
            if (request.error() == null) {
                long at = request.firstNanos();
                chunks += at / SECOND == second ? 1 : 0;
                for (long gap : request.gapsNanos()) {
                    at += gap;
                    chunks += at / SECOND == second ? 1 : 0;
                }
            }
        }
        ClientHealthSample health =
                new ClientHealthSample(0.1, 100_000, 0, 1_000_000, 0, 100_000, 0, 0, 80, 1024, 64, 28_232, 300_000_000);
        return new IntervalMeasurement(
                second * SECOND, (second + 1) * SECOND, counts, counts, 1, chunks, histograms, health);
    }

    private static RequestCounts counts(Request request) {
        String error = request.error();
        int done = error == null ? 1 : 0;
        return new RequestCounts(
                1,
                1,
                done,
                1 - done,
                0,
                request.good() ? 1 : 0,
                done * (long) request.inputTokens(),
                done * (long) request.outputTokens(),
                done * (request.gapsNanos().length + 1L),
                error == null ? Map.of() : Map.of(error, 1L));
    }

    private static void record(Request request, MetricHistograms histograms) {
        if (request.error() != null) {
            return;
        }
        histograms.record(Metric.TTFT, request.firstNanos() - request.startNanos());
        histograms.record(Metric.TTFO, request.firstNanos() - request.startNanos());
        histograms.record(Metric.E2EL, request.doneNanos() - request.startNanos());
        histograms.record(Metric.TPOT, (request.doneNanos() - request.firstNanos()) / (request.outputTokens() - 1));
        for (long gap : request.gapsNanos()) {
            histograms.record(Metric.ITL, gap);
        }
    }
}
