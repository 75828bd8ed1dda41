package aifactory.reporting.comparison;

import aifactory.measurement.LatencyFormulas;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.WorkloadFacts;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of one run's completed requests of the measured window, in order of their due times: about sixty
 * bytes per request.
 */
final class RunSamples {
    /**
     * The latencies that a record tells. Single gaps between chunks are not in the records, so ITL is not among them.
     */
    static final List<Metric> METRICS =
            List.of(Metric.TTFT, Metric.TTFT_FROM_SCHEDULE, Metric.TPOT, Metric.E2EL, Metric.E2EL_FROM_SCHEDULE);

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private long[] due = new long[1024];
    private final double[][] milliseconds = new double[METRICS.size()][1024];
    private int size;
    private long failed;

    private final RateBatches rates = new RateBatches();
    private final Map<String, Double> objectives;
    private final boolean openLoop;

    private RunSamples(WorkloadFacts workload) {
        this.objectives = workload.objectives();
        this.openLoop = workload.isOpenLoop();
    }

    /** Reads all records of a run of that workload. */
    static RunSamples of(WorkloadFacts workload, RequestRecordSource source) throws IOException {
        RunSamples samples = new RunSamples(workload);
        try (RequestRecordSource.Pass pass = source.open()) {
            for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                samples.add(record);
            }
        }
        samples.sort();
        return samples;
    }

    private void add(RequestRecord record) {
        if (record.phase() != RunPhase.MEASURED) {
            return;
        }
        if (record.outcome() == RequestOutcome.FAILED) {
            failed++;
            rates.add(RateBatches.Count.FAILED, record.scheduledNanos(), 1);
        }
        Long started = record.startedNanos();
        Long done = record.doneNanos();
        if (record.outcome() != RequestOutcome.COMPLETED || started == null || done == null) {
            return;
        }
        if (size == due.length) {
            grow(size * 2);
        }
        Long first = record.firstChunkNanos();
        due[size] = record.scheduledNanos();
        set(0, started, first);
        set(1, record.scheduledNanos(), first);
        milliseconds[2][size] = first == null || !LatencyFormulas.hasTimePerOutputToken(record.outputTokens())
                ? Double.NaN
                : LatencyFormulas.exactTimePerOutputTokenNanos(first, done, record.outputTokens())
                        / NANOS_PER_MILLISECOND;
        set(3, started, done);
        set(4, record.scheduledNanos(), done);
        rates.add(RateBatches.Count.COMPLETED, record.scheduledNanos(), 1);
        rates.add(RateBatches.Count.OUTPUT_TOKENS, record.scheduledNanos(), record.outputTokens());
        rates.add(RateBatches.Count.GOOD, record.scheduledNanos(), isGood(record) ? 1 : 0);
        size++;
    }

    /** Whether the request just added meets the limits per request, as the clients judge it. */
    private boolean isGood(RequestRecord record) {
        for (Map.Entry<String, Double> objective : objectives.entrySet()) {
            Long output = record.firstOutputNanos();
            Long started = record.startedNanos();
            double value = switch (objective.getKey().replaceFirst("_ms$", "")) {
                case "ttft" -> milliseconds[openLoop ? 1 : 0][size];
                case "tpot" -> milliseconds[2][size];
                case "e2el" -> milliseconds[openLoop ? 4 : 3][size];
                default -> output == null || started == null ? Double.NaN : (output - started) / NANOS_PER_MILLISECOND;
            };
            if (value > objective.getValue()) {
                return false;
            }
        }
        return true;
    }

    /** Counts over time. */
    RateBatches rates() {
        return rates;
    }

    private void set(int metric, long from, @Nullable Long to) {
        milliseconds[metric][size] = to == null ? Double.NaN : (to - from) / NANOS_PER_MILLISECOND;
    }

    private void grow(int length) {
        due = Arrays.copyOf(due, length);
        for (int i = 0; i < milliseconds.length; i++) {
            milliseconds[i] = Arrays.copyOf(milliseconds[i], length);
        }
    }

    private void sort() {
        Integer[] order = new Integer[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        Arrays.sort(order, (one, other) -> Long.compare(due[one], due[other]));
        for (int metric = 0; metric < milliseconds.length; metric++) {
            double[] sorted = new double[size];
            for (int i = 0; i < size; i++) {
                sorted[i] = milliseconds[metric][order[i]];
            }
            milliseconds[metric] = sorted;
        }
    }

    /** In order of time, without what was not measured, and without what took no time at all. */
    double[] series(Metric metric) {
        return Arrays.stream(milliseconds[METRICS.indexOf(metric)])
                .filter(value -> value > 0)
                .toArray();
    }

    long completed() {
        return size;
    }

    long failed() {
        return failed;
    }
}
