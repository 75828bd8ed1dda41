package aifactory.engine.recording;

import aifactory.measurement.ClientShares;
import aifactory.measurement.LatencyFormulas;
import aifactory.measurement.Metric;

/** How much of the latencies of one completed request may be the client's own. Stateless. */
final class RequestShares {
    private RequestShares() {}

    /** Whether the kernel stamped all of the request, so that its latencies have shares. */
    static boolean areKnown(RequestStamps stamps, ChunkTimes times) {
        return stamps.startShareNanos != RequestStamps.NEVER && times.isBounded();
    }

    /** Of the time to the first chunk. */
    static long ofFirstChunk(RequestStamps stamps, ChunkTimes times) {
        return stamps.startShareNanos + times.firstChunkWidthNanos();
    }

    /** Of the time to the end. */
    static long ofEnd(RequestStamps stamps, ChunkTimes times) {
        return stamps.startShareNanos + times.doneWidthNanos();
    }

    /** Records the shares of those latencies that the request has. */
    static void record(
            RequestStamps stamps, ChunkTimes times, RequestLatencies latencies, int outputTokens, ClientShares into) {
        if (!areKnown(stamps, times)) {
            into.unboundedRequests(1);
            return;
        }
        into.boundedRequest(times.chunks());
        long delay = Math.max(0, latencies.of(Metric.SCHEDULE_DELAY));
        long end = ofEnd(stamps, times);
        into.record(Metric.E2EL, end);
        if (latencies.of(Metric.E2EL_FROM_SCHEDULE) != RequestLatencies.ABSENT) {
            into.record(Metric.E2EL_FROM_SCHEDULE, delay + end);
        }
        if (times.chunks() == 0) {
            return;
        }
        long first = ofFirstChunk(stamps, times);
        into.record(Metric.TTFT, first);
        if (latencies.of(Metric.TTFT_FROM_SCHEDULE) != RequestLatencies.ABSENT) {
            into.record(Metric.TTFT_FROM_SCHEDULE, delay + first);
        }
        if (latencies.of(Metric.TTFO) != RequestLatencies.ABSENT) {
            into.record(Metric.TTFO, stamps.startShareNanos + times.firstOutputWidthNanos());
        }
        if (latencies.of(Metric.TPOT) != RequestLatencies.ABSENT) {
            long widths = times.firstChunkWidthNanos() + times.doneWidthNanos();
            into.record(Metric.TPOT, LatencyFormulas.timePerOutputTokenNanos(0, widths, outputTokens));
            if (latencies.of(Metric.TPOT_CORRECTED) != RequestLatencies.ABSENT) {
                double tokens = (double) latencies.of(Metric.TPOT) / Math.max(1, latencies.of(Metric.TPOT_CORRECTED));
                double share = LatencyFormulas.exactTimePerOutputTokenNanos(0, widths, outputTokens);
                into.record(Metric.TPOT_CORRECTED, (long) (share / Math.max(tokens, 1e-3)));
            }
        }
        times.recordGapSharesInto(into);
    }
}
