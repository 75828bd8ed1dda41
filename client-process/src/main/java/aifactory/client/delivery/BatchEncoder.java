package aifactory.client.delivery;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestRecord;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.EarlierBatch;
import aifactory.protocol.IntervalMessage;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ShareMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Turns intervals into messages, and messages into bytes. */
final class BatchEncoder {
    private BatchEncoder() {}

    static IntervalMessage message(IntervalMeasurement interval, ClientHealthSample health) {
        Map<String, byte[]> histograms = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            interval.histograms()
                    .recorded(metric)
                    .ifPresent(histogram -> histograms.put(metric.jsonName(), histogram.encodeBuckets()));
        }
        return new IntervalMessage(
                interval.startNanos(),
                interval.endNanos(),
                interval.all(),
                interval.measured(),
                interval.inFlight(),
                interval.allStreamedChunks(),
                histograms,
                health,
                ShareMessage.of(interval.shares()));
    }

    static byte[] encode(BatchMessage message) {
        return BatchFormat.encode(message);
    }

    /**
     * The result of {@link #encode} as gzip-compressed JSON for a service of the previous version. Gzip, because it
     * needs no native library in a read-only container; at the fastest level.
     */
    static byte[] forEarlierService(byte[] encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new FastGzip(bytes)) {
            JsonFormat.mapper().writeValue(gzip, EarlierBatch.of(BatchFormat.decode(encoded)));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    /** The records in parts of at most the given size; one empty part without records. */
    static List<List<RequestRecord>> split(List<RequestRecord> records, int maximum) {
        if (records.isEmpty()) {
            return List.of(List.of());
        }
        int parts = (records.size() + maximum - 1) / maximum;
        return IntStream.range(0, parts)
                .mapToObj(part -> records.subList(part * maximum, Math.min(records.size(), (part + 1) * maximum)))
                .toList();
    }

    private static final class FastGzip extends GZIPOutputStream {
        private static final int BUFFER_BYTES = 16 << 10;

        FastGzip(OutputStream target) throws IOException {
            super(target, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
