package aifactory.reporting;

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
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.protocol.WorkloadRequest;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import tools.jackson.core.type.TypeReference;

/**
 * A run of a server that was made up from a seed: Poisson arrivals, a slow phase in mid-run, a long tail, a few
 * failures. Its result is made by the same code as that of a real run.
 */
public final class SampleRun {
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    public int clients = 4;
    public int seconds = 20;
    public int warmupSeconds = 2;
    public double requestRate = 50;
    public double failureShare = 0.01;
    public double cpuShare = 0.34;
    public long longestPauseNanos = 3_000_000;
    public long seed = 7;
    public String model = "meta-llama/Llama-3.1-8B-Instruct";
    public List<String> targets = List.of("http://node17:8000", "http://node18:8000");
    public List<String> lost = List.of();
    public RunState ending = RunState.COMPLETED;
    public String errorDetail = "{\"error\":\"the engine is overloaded\"}";
    public String workloadJson = "";
    public boolean isOnSlurm = true;

    private final List<RequestRecord> records = new ArrayList<>();

    public List<RequestRecord> records() {
        return records;
    }

    public RunResult result() {
        return RunResultBuilder.build(facts());
    }

    private RunFacts facts() {
        WorkloadSpecification specification = specification();
        records.clear();
        if (specification.arrivalPattern().isOpenLoop()) {
            makeRecords(specification);
        }
        RunAggregate aggregate = new RunAggregate(targets.size());
        for (int client = 0; client < clients - lost.size(); client++) {
            for (int second = 0; second < seconds; second++) {
                aggregate.add(client, interval(client, second));
            }
        }
        aggregate.addRecords(records);
        Map<Integer, String> names = new HashMap<>();
        List<RunFacts.ClientWindow> windows = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            names.put(client, "node" + (101 + client));
            if (client < clients - lost.size()) {
                windows.add(new RunFacts.ClientWindow(warmupSeconds * 1_000_000_000L, seconds * 1_000_000_000L));
            }
        }
        return new RunFacts(
                123,
                "20261124-031100-7f3a",
                ending,
                specification,
                aggregate,
                ValidityLimits.DEFAULTS,
                windows,
                names,
                targets,
                clients,
                clients,
                lost,
                provenance(specification),
                new RunSummary.SlurmUsage(0.1));
    }

    private WorkloadSpecification specification() {
        String json = workloadJson.isEmpty() ? """
                  {"endpoint": "chat", "streaming": true, "arrival_pattern": "poisson", "request_rate": %s, "duration": "%ds",
                   "warmup": "%ds", "isl": 256, "osl": 64, "seed": %d, "goodput": {"ttft": 200, "tpot": 20}}
                  """.formatted(requestRate, seconds, warmupSeconds, seed) : workloadJson;
        try {
            return JsonFormat.mapper().readValue(json, WorkloadRequest.class).toSpecification(clients, null);
        } catch (aifactory.protocol.InvalidWorkloadException e) {
            throw new IllegalStateException(e);
        }
    }

    private RunSummary.Provenance provenance(WorkloadSpecification specification) {
        Map<String, Object> map =
                JsonFormat.mapper().readValue(JsonFormat.mapper().writeValueAsString(specification), MAP);
        map.put("model", model);
        return new RunSummary.Provenance(
                "0.1.0",
                "39d8250",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                seed,
                map,
                "2026-11-24T03:11:00.250Z",
                "2026-11-24T03:11:20.750Z",
                targets,
                "aifactory benchmark --ai-server " + String.join(" --ai-server ", targets) + " --num-clients " + clients
                        + " --request-rate " + requestRate + " --duration " + seconds + "s --seed " + seed,
                Map.of("version", "0.11.2"),
                0.42,
                isOnSlurm
                        ? new RunSummary.Slurm("meluxina", "24.11.5", "1234567", List.of("node101", "node102"))
                        : null);
    }

    private void makeRecords(WorkloadSpecification specification) {
        SplittableRandom random = new SplittableRandom(seed);
        ArrivalSchedule schedule = ArrivalSchedule.of(specification);
        long index = 0;
        for (long due = schedule.nextNanos(); due != ArrivalSchedule.END; due = schedule.nextNanos()) {
            int client = (int) (index % clients);
            if (client < clients - lost.size()) {
                records.add(record(index, client, due, random));
            }
            index++;
        }
    }

    private RequestRecord record(long index, int client, long scheduled, SplittableRandom random) {
        boolean slow = scheduled > seconds * 0.55e9 && scheduled < seconds * 0.7e9;
        double tail = random.nextDouble() < 0.02 ? 4 : 1;
        long started = scheduled + 20_000 + random.nextInt(200_000);
        long ttft = (long) ((slow ? 90e6 : 50e6) * tail * Math.exp(0.15 * random.nextGaussian()));
        int tokens = 32 + random.nextInt(64);
        long gap = (long) (10e6 * Math.exp(0.05 * random.nextGaussian()) * (slow ? 1.3 : 1));
        boolean failed = random.nextDouble() < failureShare;
        long first = started + ttft;
        long done = first + gap * (tokens - 1);
        return new RequestRecord(
                index,
                client,
                (int) (index % targets.size()),
                null,
                0,
                scheduled < warmupSeconds * 1_000_000_000L ? RunPhase.WARMUP : RunPhase.MEASURED,
                failed ? RequestOutcome.FAILED : RequestOutcome.COMPLETED,
                scheduled,
                0,
                started,
                index < clients ? 400_000L : null,
                started + 60_000,
                failed ? null : first,
                failed ? null : first,
                failed ? null : done,
                256,
                failed ? 0 : tokens,
                failed ? null : TokenSource.USAGE,
                failed ? 0 : tokens,
                failed ? 0 : gap * 3,
                failed ? 503 : 200,
                failed ? (index % 3 == 0 ? "timeout" : "http_server_error") : null,
                failed ? errorDetail : null);
    }

    private IntervalMeasurement interval(int client, int second) {
        long start = second * 1_000_000_000L;
        long end = start + 1_000_000_000L;
        MetricHistograms histograms = new MetricHistograms();
        RequestCounts all = RequestCounts.NONE;
        RequestCounts measured = RequestCounts.NONE;
        int inFlight = 0;
        long chunks = 0;
        for (RequestRecord record : records) {
            if (record.client() != client || record.startedNanos() == null) {
                continue;
            }
            long ended = record.doneNanos() == null ? record.startedNanos() + 5_000_000 : record.doneNanos();
            boolean last = second == seconds - 1;
            if (record.startedNanos() < end && ended >= end && !last) {
                inFlight++;
            }
            RequestCounts counts = countsIn(record, start, end, ended, last);
            all = all.plus(counts);
            if (record.phase() == RunPhase.MEASURED) {
                measured = measured.plus(counts);
                if (counts.completed() == 1) {
                    recordLatencies(histograms, record);
                }
            }
            chunks += chunksIn(record, start, end);
        }
        for (int i = 0; i < 100; i++) {
            histograms.record(Metric.EVENT_LOOP_LAG, 40_000 + i * 1_000);
        }
        ClientHealthSample health = new ClientHealthSample(
                client == 1 ? cpuShare : cpuShare * 0.8,
                130_000,
                900_000,
                longestPauseNanos,
                client * 70_000L,
                150_000,
                12,
                0,
                80,
                1024,
                64,
                28_232,
                300_000_000);
        return new IntervalMeasurement(start, end, all, measured, inFlight, chunks, histograms, health);
    }

    private static RequestCounts countsIn(RequestRecord record, long start, long end, long ended, boolean last) {
        boolean due = record.scheduledNanos() >= start && record.scheduledNanos() < end;
        boolean ends = ended >= start && (ended < end || last);
        boolean completed = ends && record.outcome() == RequestOutcome.COMPLETED;
        boolean failed = ends && record.outcome() == RequestOutcome.FAILED;
        return new RequestCounts(
                due ? 1 : 0,
                due ? 1 : 0,
                completed ? 1 : 0,
                failed ? 1 : 0,
                0,
                completed ? 1 : 0,
                completed ? record.inputTokens() : 0,
                completed ? record.outputTokens() : 0,
                completed ? record.chunks() : 0,
                failed && record.error() != null ? Map.of(record.error(), 1L) : Map.of());
    }

    private static long chunksIn(RequestRecord record, long start, long end) {
        Long first = record.firstChunkNanos();
        Long done = record.doneNanos();
        if (first == null || done == null || done <= first) {
            return 0;
        }
        double overlap = Math.max(0, Math.min(end, done) - Math.max(start, first));
        return Math.round(record.chunks() * overlap / (done - first));
    }

    private static void recordLatencies(MetricHistograms histograms, RequestRecord record) {
        Long started = record.startedNanos();
        Long first = record.firstChunkNanos();
        Long done = record.doneNanos();
        if (started == null || first == null || done == null) {
            return;
        }
        long gap = (done - first) / Math.max(1, record.chunks() - 1);
        histograms.record(Metric.TTFT, first - started);
        histograms.record(Metric.TTFO, first - started);
        histograms.record(Metric.E2EL, done - started);
        histograms.record(Metric.TTFT_FROM_SCHEDULE, first - record.scheduledNanos());
        histograms.record(Metric.E2EL_FROM_SCHEDULE, done - record.scheduledNanos());
        histograms.record(Metric.SCHEDULE_DELAY, started - record.scheduledNanos());
        histograms.record(Metric.TPOT, gap);
        for (int i = 1; i < record.chunks(); i++) {
            histograms.record(Metric.ITL, i % 20 == 0 ? gap * 3 : gap);
        }
        Long connect = record.connectNanos();
        if (connect != null) {
            histograms.record(Metric.CONNECT, connect);
        }
    }
}
