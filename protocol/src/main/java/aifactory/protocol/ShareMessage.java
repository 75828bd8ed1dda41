package aifactory.protocol;

import aifactory.measurement.ClientShares;
import aifactory.measurement.CoarseHistogram;
import aifactory.measurement.Metric;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@link ClientShares} on the wire.
 *
 * @param shares by {@link Metric#jsonName()}: the encoded form of {@link CoarseHistogram#encode()}
 * @param coalescedWidths in the same form
 */
public record ShareMessage(
        long boundedRequests,
        long unboundedRequests,
        long chunks,
        Map<String, int[]> shares,
        int[] coalescedWidths,
        long wallClockSteps,
        long largestWallClockStepNanos) {

    public static ShareMessage of(ClientShares shares) {
        Map<String, int[]> encoded = new LinkedHashMap<>();
        shares.histograms().forEach((metric, histogram) -> encoded.put(metric.jsonName(), histogram.encode()));
        return new ShareMessage(
                shares.boundedRequests(),
                shares.unboundedRequests(),
                shares.chunks(),
                encoded,
                shares.coalescedWidths().encode(),
                shares.wallClockSteps(),
                shares.largestWallClockStepNanos());
    }

    /**
     * The shares.
     *
     * @throws IllegalArgumentException names what cannot be read
     */
    public ClientShares read() {
        if (boundedRequests < 0 || unboundedRequests < 0 || chunks < 0 || wallClockSteps < 0) {
            throw new IllegalArgumentException("client_shares: a count below 0");
        }
        if (shares == null || coalescedWidths == null) {
            throw new IllegalArgumentException("client_shares without shares or coalesced_widths");
        }
        ClientShares read = ClientShares.of(
                boundedRequests,
                unboundedRequests,
                chunks,
                CoarseHistogram.decode(coalescedWidths),
                wallClockSteps,
                largestWallClockStepNanos);
        shares.forEach((name, encoded) -> {
            Metric metric = Metric.ofJsonName(name)
                    .filter(ClientShares.METRICS::contains)
                    .orElseThrow(() -> new IllegalArgumentException("'" + name + "' has no client share"));
            if (encoded == null) {
                throw new IllegalArgumentException("client_shares: '" + name + "' is null");
            }
            read.put(metric, CoarseHistogram.decode(encoded));
        });
        return read;
    }
}
