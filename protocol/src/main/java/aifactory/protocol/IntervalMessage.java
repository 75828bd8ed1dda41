package aifactory.protocol;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.RequestCounts;
import java.util.Map;

/**
 * One interval on the wire.
 *
 * @param histograms by {@link aifactory.measurement.Metric#jsonName()}: the encoded form of
 *     {@link aifactory.measurement.LatencyHistogram#encode()}, in JSON as base64
 */
public record IntervalMessage(
        long startNanos,
        long endNanos,
        RequestCounts all,
        RequestCounts measured,
        int inFlight,
        long allStreamedChunks,
        Map<String, byte[]> histograms,
        ClientHealthSample health) {}
