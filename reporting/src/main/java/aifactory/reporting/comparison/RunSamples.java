package aifactory.reporting.comparison;

import aifactory.measurement.Metric;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.reporting.RequestRecordSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latencies of one run's completed requests of the measured window, in order of the time they were due: some sixty bytes a
 * request.
 */
final class RunSamples {
    /** The latencies that a record tells. Single gaps between chunks are not in the records, so ITL is not among them. */
    static final List<Metric> METRICS =
            List.of(Metric.TTFT, Metric.TTFT_FROM_SCHEDULE, Metric.TPOT, Metric.E2EL, Metric.E2EL_FROM_SCHEDULE);

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private long[] due = new long[1024];
    private final double[][] milliseconds = new double[METRICS.size()][1024];
    private int size;
    private long failed;

    private RunSamples() {}

    /** Reads all records. */
    static RunSamples of(RequestRecordSource source) throws IOException {
        RunSamples samples = new RunSamples();
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
        failed += record.outcome() == RequestOutcome.FAILED ? 1 : 0;
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
        milliseconds[2][size] = first == null || record.outputTokens() <= 1
                ? Double.NaN
                : (done - first) / NANOS_PER_MILLISECOND / (record.outputTokens() - 1);
        set(3, started, done);
        set(4, record.scheduledNanos(), done);
        size++;
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
