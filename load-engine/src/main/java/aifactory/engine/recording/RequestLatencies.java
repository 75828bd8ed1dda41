package aifactory.engine.recording;

import aifactory.measurement.LatencyFormulas;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The latencies of one completed request, by metric. Reused from request to request; not thread-safe. */
@SuppressWarnings("EnumOrdinal") // A map from metric to long that does not box; its order is nowhere stored.
final class RequestLatencies {
    /** The metric does not apply to the request. */
    static final long ABSENT = Long.MIN_VALUE;

    private static final Metric[] METRICS = Metric.values();

    private final long[] nanos = new long[METRICS.length];

    /**
     * The definitions of {@link Metric}, applied to the stamps of a request.
     *
     * @param firstChunkTokens null where it is not known how many tokens the first chunk carried
     */
    void of(
            RequestStamps stamps,
            ChunkTimes times,
            int outputTokens,
            @Nullable Integer firstChunkTokens,
            boolean openLoop,
            boolean capped) {
        Arrays.fill(nanos, ABSENT);
        long started = stamps.startedNanos;
        set(Metric.SCHEDULE_DELAY, started - stamps.scheduledNanos - stamps.capDelayNanos);
        set(Metric.E2EL, LatencyFormulas.endToEndLatencyNanos(started, times.doneNanos()));
        if (stamps.connectNanos != RequestStamps.NEVER) {
            set(Metric.CONNECT, stamps.connectNanos);
        }
        if (stamps.sentNanos != RequestStamps.NEVER && stamps.connectedNanos != RequestStamps.NEVER) {
            set(Metric.UPLOAD, stamps.sentNanos - stamps.connectedNanos);
        }
        if (openLoop) {
            set(
                    Metric.E2EL_FROM_SCHEDULE,
                    LatencyFormulas.endToEndLatencyNanos(stamps.scheduledNanos, times.doneNanos()));
            if (capped) {
                set(Metric.CAP_DELAY, stamps.capDelayNanos);
            }
        }
        if (times.firstChunkNanos() == RequestStamps.NEVER) {
            return;
        }
        set(Metric.TTFT, LatencyFormulas.timeToFirstTokenNanos(started, times.firstChunkNanos()));
        if (times.firstOutputNanos() != RequestStamps.NEVER) {
            set(Metric.TTFO, LatencyFormulas.timeToFirstTokenNanos(started, times.firstOutputNanos()));
        }
        if (LatencyFormulas.hasTimePerOutputToken(outputTokens)) {
            set(
                    Metric.TPOT,
                    LatencyFormulas.timePerOutputTokenNanos(times.firstChunkNanos(), times.doneNanos(), outputTokens));
        }
        if (firstChunkTokens != null && outputTokens > firstChunkTokens) {
            set(
                    Metric.TPOT_CORRECTED,
                    LatencyFormulas.timePerOutputTokenNanos(
                            times.firstChunkNanos(), times.doneNanos(), outputTokens, firstChunkTokens));
        }
        if (openLoop) {
            set(
                    Metric.TTFT_FROM_SCHEDULE,
                    LatencyFormulas.timeToFirstTokenNanos(stamps.scheduledNanos, times.firstChunkNanos()));
        }
    }

    private void set(Metric metric, long value) {
        nanos[metric.ordinal()] = value;
    }

    long of(Metric metric) {
        return nanos[metric.ordinal()];
    }

    /** The first latency that cannot be recorded, or {@link #ABSENT}. */
    long outOfRange() {
        for (long value : nanos) {
            if (value != ABSENT && (value < 0 || value > LatencyHistogram.HIGHEST_NANOS)) {
                return value;
            }
        }
        return ABSENT;
    }

    void recordInto(MetricHistograms histograms) {
        for (Metric metric : METRICS) {
            long value = of(metric);
            if (value != ABSENT) {
                histograms.record(metric, value);
            }
        }
    }
}
