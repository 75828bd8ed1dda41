package aifactory.client.progress;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestCounts;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/** Adds up intervals for users and Prometheus to look at. Thread-safe. */
public final class LiveMeasurements {
    private static final double NANOS_PER_SECOND = 1e9;

    @GuardedBy("this")
    private RequestCounts processCounts = RequestCounts.NONE;

    @GuardedBy("this")
    private RequestCounts runCounts = RequestCounts.NONE;

    @GuardedBy("this")
    private LatencyHistogram endToEndLatency = new LatencyHistogram();

    @GuardedBy("this")
    private int inFlight;

    @GuardedBy("this")
    private double outputTokensPerSecond;

    @GuardedBy("this")
    private @Nullable ClientHealthSample health;

    /** The metrics of a run are reset; those of the process continue. */
    public synchronized void runStarts() {
        runCounts = RequestCounts.NONE;
        endToEndLatency = new LatencyHistogram();
        inFlight = 0;
        outputTokensPerSecond = 0;
    }

    public synchronized void add(IntervalMeasurement interval) {
        processCounts = processCounts.plus(interval.all());
        runCounts = runCounts.plus(interval.all());
        interval.histograms().recorded(Metric.E2EL).ifPresent(endToEndLatency::add);
        inFlight = interval.inFlight();
        double seconds = (interval.endNanos() - interval.startNanos()) / NANOS_PER_SECOND;
        outputTokensPerSecond = seconds > 0 ? interval.all().outputTokens() / seconds : 0;
        health = interval.health();
    }

    public synchronized void runEnded() {
        inFlight = 0;
        outputTokensPerSecond = 0;
    }

    public synchronized Snapshot snapshot() {
        return new Snapshot(
                processCounts,
                runCounts,
                inFlight,
                outputTokensPerSecond,
                endToEndLatency.count(),
                endToEndLatency.sumNanos(),
                endToEndLatency.percentileNanos(50),
                endToEndLatency.percentileNanos(90),
                endToEndLatency.percentileNanos(95),
                endToEndLatency.percentileNanos(99),
                health);
    }

    /**
     * The figures at one moment.
     *
     * @param processCounts since the process started, every phase
     * @param runCounts of the latest run, every phase
     * @param outputTokensPerSecond over the latest interval
     * @param latencyCount requests of the latest run's measured phase that completed; the figures after it are their
     *      end-to-end latencies
     * @param health of the latest interval, null before the first
     */
    public record Snapshot(
            RequestCounts processCounts,
            RequestCounts runCounts,
            int inFlight,
            double outputTokensPerSecond,
            long latencyCount,
            long latencySumNanos,
            long latencyP50Nanos,
            long latencyP90Nanos,
            long latencyP95Nanos,
            long latencyP99Nanos,
            @Nullable ClientHealthSample health) {}
}
