package aifactory.service.runs;

import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricHistograms;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.EarlierBatch;
import aifactory.protocol.IntervalMessage;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ShareMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Batches between wire, disk and memory. Stateless. */
public final class BatchCodec {
    private BatchCodec() {}

    /**
     * Unpacks bytes that were compressed with gzip.
     *
     * @param most beyond that many the bytes are refused
     * @throws IOException when they are not gzip, or unpack to more
     */
    public static byte[] decompress(byte[] compressed, int most) throws IOException {
        try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            byte[] bytes = stream.readNBytes(most);
            if (stream.read() >= 0) {
                throw new IOException("more than " + most + " bytes");
            }
            return bytes;
        }
    }

    public static byte[] compress(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream stream = new GZIPOutputStream(compressed)) {
            stream.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /**
     * Reads what is stored. It was checked when it came, but perhaps by an earlier version, and may have been damaged
     * since.
     *
     * @throws RuntimeException it cannot be read
     */
    public static CheckedBatch decodeStored(byte[] body) {
        return BatchValidation.check(messageOf(body), body);
    }

    private static BatchMessage messageOf(byte[] body) {
        if (BatchFormat.isIn(body)) {
            return BatchFormat.decode(body);
        }
        BatchMessage batch = JsonFormat.mapper().readValue(unpackStored(body), BatchMessage.class);
        if (batch == null) {
            throw new IllegalArgumentException("it is null");
        }
        return batch;
    }

    /**
     * Whether two bodies have the same content. A binary body and a JSON body, which a client sends to a service of the
     * previous version, are compared by the members that the previous version knows.
     *
     * @throws RuntimeException one of them cannot be read
     */
    public static boolean isSame(byte[] one, byte[] other) {
        boolean binary = BatchFormat.isIn(one);
        if (binary != BatchFormat.isIn(other)) {
            return EarlierBatch.of(messageOf(one)).equals(EarlierBatch.of(messageOf(other)));
        }
        return binary ? Arrays.equals(one, other) : Arrays.equals(unpackStored(one), unpackStored(other));
    }

    private static byte[] unpackStored(byte[] body) {
        try {
            return decompress(body, Integer.MAX_VALUE - 8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The measurements in an interval as it is sent.
     *
     * @throws IllegalArgumentException names what cannot be read
     */
    public static IntervalMeasurement interval(IntervalMessage message) {
        MetricHistograms histograms = new MetricHistograms();
        message.histograms().forEach((name, encoded) -> {
            Metric metric = Metric.ofJsonName(name)
                    .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is not a metric"));
            histograms.put(metric, LatencyHistogram.decode(encoded));
        });
        ShareMessage shares = message.clientShares();
        IntervalMeasurement without = new IntervalMeasurement(
                message.startNanos(),
                message.endNanos(),
                message.all(),
                message.measured(),
                message.inFlight(),
                message.allStreamedChunks(),
                histograms,
                message.health());
        return shares == null ? without : without.withShares(shares.read());
    }
}
