package aifactory.reporting.findings;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.measurement.ValidityLimits;
import aifactory.protocol.Finding;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.protocol.WorkloadRequest;
import aifactory.reporting.RunFacts;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A simulated run whose findings are asked for. A server answers every request after a latency whose logarithm is a
 * first-order autoregression, as queues make it; in closed loop the next request of a slot starts when the last has
 * ended. Each property can be changed before {@link #findings()}.
 */
final class FindingsRun {
    static final int TOKENS = 32;

    String workload = "{\"concurrency\": 8, \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": " + TOKENS + "}";
    double medianTtftNanos = 60e6;
    double gapNanos = 8e6;
    double spread = 0.2;
    /** How much of one request's slowness goes over to the next. */
    double memory = 0.6;
    /** Exponent of a Pareto tail by which latencies are multiplied; infinite for none. */
    double tail = Double.POSITIVE_INFINITY;
    /** Factor of latencies by the time of a request's start. */
    LongToDoubleFunction slowness = startNanos -> 1;
    /** What is added to the time at which a request starts. */
    LongToDoubleFunction delayNanos = dueNanos -> 0;

    double failureShare;
    /** Negative for every target. */
    int failsOnTarget = -1;

    int failureStatus = 500;
    double shortShare;
    double burstShare;
    int chunksPerBurst = 10;

    @Nullable
    TokenSource tokenSource = TokenSource.USAGE;

    ResponseDetails response = ResponseDetails.NONE;
    List<String> targets = List.of("http://a:8000");

    @Nullable
    Long datasetEntries;

    List<RunResult.ServerMetrics> servers = List.of();

    /** Whether everything was reported at once instead of every second: much less work. */
    boolean inOneInterval;

    private final SplittableRandom random;
    private final List<RequestRecord> records = new ArrayList<>();
    private double state;

    FindingsRun(long seed) {
        this.random = new SplittableRandom(seed);
    }

    List<RequestRecord> records() {
        return records;
    }

    WorkloadSpecification specification() {
        try {
            return JsonFormat.mapper()
                    .readValue(workload, WorkloadRequest.class)
                    .toSpecification(1, null);
        } catch (InvalidWorkloadException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Finding> findings() {
        return result().summary().allFindings();
    }

    List<String> codes() {
        return findings().stream().map(Finding::code).toList();
    }

    RunResult result() {
        WorkloadSpecification specification = specification();
        records.clear();
        state = random.nextGaussian();
        if (specification.arrivalPattern().isOpenLoop()) {
            openLoop(specification);
        } else {
            closedLoop(specification);
        }
        return RunResultBuilder.build(facts(specification), servers);
    }

    private void openLoop(WorkloadSpecification specification) {
        ArrivalSchedule schedule = ArrivalSchedule.of(specification);
        long index = 0;
        for (long due = schedule.nextNanos(); due != ArrivalSchedule.END; due = schedule.nextNanos()) {
            addRecord(index++, due, due + (long) delayNanos.applyAsDouble(due), specification);
        }
    }

    private void closedLoop(WorkloadSpecification specification) {
        Integer concurrency = specification.concurrency();
        long[] free = new long[concurrency == null ? 1 : concurrency];
        long end = specification.duration() == null
                ? Long.MAX_VALUE
                : specification.duration().toNanos();
        Long count = specification.requestCount();
        long index = 0;
        while (count == null || index < count) {
            int slot = 0;
            for (int i = 1; i < free.length; i++) {
                slot = free[i] < free[slot] ? i : slot;
            }
            if (free[slot] >= end) {
                return;
            }
            RequestRecord record = addRecord(index++, free[slot], free[slot] + 20_000, specification);
            Long done = record.doneNanos();
            free[slot] = (done == null ? free[slot] + 1_000_000 : done) + 100_000;
        }
    }

    private RequestRecord addRecord(long index, long due, long started, WorkloadSpecification specification) {
        state = memory * state + Math.sqrt(1 - memory * memory) * random.nextGaussian();
        double factor = Math.exp(spread * state) * slowness.applyAsDouble(started);
        factor *= Double.isFinite(tail) ? Math.min(1_000, Math.pow(1 - random.nextDouble(), -1 / tail)) : 1;
        int target = (int) (index % targets.size());
        boolean fails = failsOnTarget < 0 || failsOnTarget == target;
        boolean failed = random.nextDouble() < failureShare && fails;
        int tokens = random.nextDouble() < shortShare ? TOKENS / 2 : TOKENS;
        long first = started + (long) (medianTtftNanos * factor);
        long done = first + (long) (gapNanos * factor * (tokens - 1));
        boolean inBursts = random.nextDouble() < burstShare;
        RequestRecord record = new RequestRecord(
                index,
                0,
                target,
                null,
                0,
                due < specification.warmup().toNanos() ? RunPhase.WARMUP : RunPhase.MEASURED,
                failed ? RequestOutcome.FAILED : RequestOutcome.COMPLETED,
                due,
                0,
                started,
                null,
                started + 30_000,
                failed ? null : first,
                failed ? null : first,
                failed ? null : done,
                64,
                failed ? 0 : tokens,
                failed ? null : tokenSource,
                failed ? 0 : tokens,
                0,
                failed ? failureStatus : 200,
                failed ? "http_server_error" : null,
                null,
                TOKENS,
                failed ? null : Integer.valueOf(inBursts ? tokens - 1 - (tokens - 1) / chunksPerBurst : 2),
                failed ? Long.valueOf(started + 5_000_000) : null,
                failed ? null : response,
                null,
                null);
        records.add(record);
        return record;
    }

    private RunFacts facts(WorkloadSpecification specification) {
        RunAggregate aggregate = new RunAggregate(targets.size());
        long last = records.stream()
                .mapToLong(record -> record.doneNanos() == null ? record.scheduledNanos() : record.doneNanos())
                .max()
                .orElse(0);
        int seconds = inOneInterval ? 1 : (int) (last / 1_000_000_000L) + 1;
        List<List<RequestRecord>> byEnd = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            byEnd.add(new ArrayList<>());
        }
        records.forEach(
                record -> byEnd.get(Math.min(seconds - 1, secondOf(record))).add(record));
        int inFlight = 0;
        int[] starts = new int[seconds];
        records.forEach(record -> starts[(int) Math.min(seconds - 1, record.scheduledNanos() / 1_000_000_000L)]++);
        for (int second = 0; second < seconds; second++) {
            inFlight += starts[second] - byEnd.get(second).size();
            aggregate.add(0, interval(second, byEnd.get(second), starts[second], inFlight));
            aggregate.addRecords(byEnd.get(second));
        }
        long planned = specification.duration() == null
                ? 0
                : specification.duration().minus(specification.cooldown()).toNanos();
        return new RunFacts(
                1,
                "r1",
                RunState.COMPLETED,
                specification,
                aggregate,
                ValidityLimits.DEFAULTS,
                List.of(new RunFacts.ClientWindow(specification.warmup().toNanos(), Math.max(planned, last))),
                Map.of(0, "node1"),
                targets,
                1,
                1,
                List.of(),
                provenance(specification),
                null,
                datasetEntries);
    }

    private static int secondOf(RequestRecord record) {
        Long done = record.doneNanos();
        return (int) ((done == null ? record.scheduledNanos() : done) / 1_000_000_000L);
    }

    private static RunSummary.Provenance provenance(WorkloadSpecification specification) {
        return new RunSummary.Provenance(
                "1",
                "c",
                "s",
                specification.seed(),
                Map.of("streaming", true),
                "2026-11-29T12:00:00Z",
                "2026-11-29T12:01:00Z",
                List.of("http://a:8000"),
                null,
                Map.of(),
                0,
                null);
    }

    private static IntervalMeasurement interval(int second, List<RequestRecord> ended, int started, int inFlight) {
        MetricHistograms histograms = new MetricHistograms();
        RequestCounts all = counts(ended, started, false);
        RequestCounts measured = counts(ended, started, true);
        for (RequestRecord record : ended) {
            Long start = record.startedNanos();
            Long first = record.firstChunkNanos();
            Long done = record.doneNanos();
            if (record.phase() == RunPhase.MEASURED && start != null && first != null && done != null) {
                histograms.record(Metric.TTFT, first - start);
                histograms.record(Metric.E2EL, done - start);
            }
        }
        ClientHealthSample health = new ClientHealthSample(0.1, 0, 0, 0, 0, 0, 1, 0, 8, 1024, 8, 28_000, 0);
        return new IntervalMeasurement(
                second * 1_000_000_000L, (second + 1) * 1_000_000_000L, all, measured, inFlight, 0, histograms, health);
    }

    private static RequestCounts counts(List<RequestRecord> ended, int started, boolean measuredOnly) {
        List<RequestRecord> counted = ended.stream()
                .filter(record -> !measuredOnly || record.phase() == RunPhase.MEASURED)
                .toList();
        long failed = counted.stream()
                .filter(record -> record.outcome() == RequestOutcome.FAILED)
                .count();
        return new RequestCounts(
                started,
                started,
                counted.size() - failed,
                failed,
                0,
                counted.size() - failed,
                0,
                counted.stream().mapToLong(RequestRecord::outputTokens).sum(),
                counted.stream().mapToLong(RequestRecord::chunks).sum(),
                failed == 0 ? Map.of() : Map.of("http_server_error", failed));
    }
}
