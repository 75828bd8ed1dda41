package aifactory.protocol;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.RequestCounts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One interval on the wire.
 *
 * @param histograms by {@link aifactory.measurement.Metric#jsonName()}: the encoded form of
 *     {@link aifactory.measurement.LatencyHistogram#encode()}, in JSON as base64
 * @param clientShares what the client itself may have added to the latencies; null from clients of earlier versions
 */
public record IntervalMessage(
        long startNanos,
        long endNanos,
        RequestCounts all,
        RequestCounts measured,
        int inFlight,
        long allStreamedChunks,
        Map<String, byte[]> histograms,
        ClientHealthSample health,
        @Nullable ShareMessage clientShares) {

    /** As clients of earlier versions send it. */
    public IntervalMessage(
            long startNanos,
            long endNanos,
            RequestCounts all,
            RequestCounts measured,
            int inFlight,
            long allStreamedChunks,
            Map<String, byte[]> histograms,
            ClientHealthSample health) {
        this(startNanos, endNanos, all, measured, inFlight, allStreamedChunks, histograms, health, null);
    }
}
