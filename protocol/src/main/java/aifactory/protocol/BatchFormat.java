package aifactory.protocol;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.PackedReader;
import aifactory.measurement.PackedWriter;
import aifactory.measurement.RequestCounts;
import aifactory.protocol.BatchMessage.ClientCompletion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of a {@link BatchMessage}: four bytes that state the format and its version, then the members in the
 * order of {@link #encode}, as {@link PackedWriter} writes them. The times of an interval's end and of requests are
 * differences from the interval's start. Version 1 never changes; another order, or one more member, is another
 * version. Stateless.
 */
public final class BatchFormat {
    /** The content type of a request with such a body. A service that accepts it says so when a client registers. */
    public static final String CONTENT_TYPE = "application/vnd.aifactory.batch; version=1";

    private static final byte[] MAGIC = {(byte) 0xaf, 'F', 'B', 1};

    private static final int LAST = 1;
    private static final int INTERVAL = 1 << 1;
    private static final int COMPLETION = 1 << 2;
    private static final int GPUS = 1 << 3;
    private static final int SHARES = 1 << 4;
    private static final int ALL_FLAGS = (1 << 5) - 1;
    /** Far more names than a batch has; the service has stricter limits. */
    private static final int MOST_NAMED = 1_000;

    private static final int MOST_COARSE_NUMBERS = 10_000;

    private BatchFormat() {}

    /** Whether the bytes begin as this form does. */
    public static boolean isIn(byte[] bytes) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (bytes.length <= i || bytes[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /** The bytes of a batch, not compressed. */
    public static byte[] encode(BatchMessage batch) {
        PackedWriter writer = new PackedWriter(2_048 + 64 * batch.records().size());
        for (byte each : MAGIC) {
            writer.writeByte(each);
        }
        IntervalMessage interval = batch.interval();
        ClientCompletion completion = batch.completion();
        GpuMessage gpus = batch.gpus();
        writer.writeText(batch.runId()).writeNumber(batch.sequence());
        writer.writeByte((batch.last() ? LAST : 0)
                | (interval == null ? 0 : INTERVAL)
                | (completion == null ? 0 : COMPLETION)
                | (gpus == null ? 0 : GPUS)
                | (interval == null || interval.clientShares() == null ? 0 : SHARES));
        long start = interval == null ? 0 : interval.startNanos();
        if (interval != null) {
            writeInterval(writer, interval);
        }
        if (completion != null) {
            writeCompletion(writer, completion);
        }
        if (gpus != null) {
            writeGpus(writer, gpus);
        }
        RecordFormat.write(writer, start, batch.records());
        return writer.toBytes();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException the bytes are no such form; says what is wrong with them
     */
    public static BatchMessage decode(byte[] bytes) {
        if (!isIn(bytes)) {
            throw new IllegalArgumentException("it does not begin as a batch of version 1 does");
        }
        PackedReader reader = new PackedReader(bytes);
        for (int i = 0; i < MAGIC.length; i++) {
            reader.readByte();
        }
        String runId = reader.readText();
        long sequence = reader.readNumber();
        int flags = reader.readByte();
        if ((flags & ~ALL_FLAGS) != 0 || ((flags & SHARES) != 0 && (flags & INTERVAL) == 0)) {
            throw new IllegalArgumentException("flags " + flags + " are not known");
        }
        IntervalMessage interval = (flags & INTERVAL) == 0 ? null : readInterval(reader, (flags & SHARES) != 0);
        ClientCompletion completion = (flags & COMPLETION) == 0 ? null : readCompletion(reader);
        GpuMessage gpus = (flags & GPUS) == 0 ? null : readGpus(reader);
        long start = interval == null ? 0 : interval.startNanos();
        BatchMessage batch = new BatchMessage(
                runId, sequence, (flags & LAST) != 0, interval, RecordFormat.read(reader, start), completion, gpus);
        reader.end();
        return batch;
    }

    private static void writeInterval(PackedWriter writer, IntervalMessage interval) {
        writer.writeSigned(interval.startNanos()).writeSigned(interval.endNanos() - interval.startNanos());
        writeCounts(writer, interval.all());
        writeCounts(writer, interval.measured());
        writer.writeNumber(interval.inFlight()).writeNumber(interval.allStreamedChunks());
        writer.writeNumber(interval.histograms().size());
        interval.histograms()
                .forEach((name, histogram) -> writer.writeText(name).writeBytes(histogram));
        writeHealth(writer, interval.health());
        if (interval.clientShares() != null) {
            writeShares(writer, interval.clientShares());
        }
    }

    private static IntervalMessage readInterval(PackedReader reader, boolean withShares) {
        long start = reader.readSigned();
        long end = start + reader.readSigned();
        RequestCounts all = readCounts(reader);
        RequestCounts measured = readCounts(reader);
        int inFlight = reader.readInt();
        long chunks = reader.readNumber();
        int count = reader.readCount(MOST_NAMED);
        Map<String, byte[]> histograms = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            once(histograms.put(reader.readText(), reader.readBytes()));
        }
        ClientHealthSample health = readHealth(reader);
        return new IntervalMessage(
                start,
                end,
                all,
                measured,
                inFlight,
                chunks,
                histograms,
                health,
                withShares ? readShares(reader) : null);
    }

    private static void writeCounts(PackedWriter writer, RequestCounts counts) {
        writer.writeNumber(counts.scheduled())
                .writeNumber(counts.sent())
                .writeNumber(counts.completed())
                .writeNumber(counts.failed())
                .writeNumber(counts.cancelled())
                .writeNumber(counts.good())
                .writeNumber(counts.inputTokens())
                .writeNumber(counts.outputTokens())
                .writeNumber(counts.chunks())
                .writeNumber(counts.backoffs())
                .writeNumber(counts.backoffNanos())
                .writeNumber(counts.errors().size());
        counts.errors().forEach((cause, count) -> writer.writeText(cause).writeNumber(count));
    }

    private static RequestCounts readCounts(PackedReader reader) {
        long scheduled = reader.readNumber();
        long sent = reader.readNumber();
        long completed = reader.readNumber();
        long failed = reader.readNumber();
        long cancelled = reader.readNumber();
        long good = reader.readNumber();
        long inputTokens = reader.readNumber();
        long outputTokens = reader.readNumber();
        long chunks = reader.readNumber();
        long backoffs = reader.readNumber();
        long backoffNanos = reader.readNumber();
        int causes = reader.readCount(MOST_NAMED);
        Map<String, Long> errors = LinkedHashMap.newLinkedHashMap(causes);
        for (int i = 0; i < causes; i++) {
            once(errors.put(reader.readText(), reader.readNumber()));
        }
        return new RequestCounts(
                scheduled,
                sent,
                completed,
                failed,
                cancelled,
                good,
                inputTokens,
                outputTokens,
                chunks,
                errors,
                backoffs,
                backoffNanos);
    }

    private static void writeHealth(PackedWriter writer, ClientHealthSample health) {
        writer.writeDouble(health.cpuShare())
                .writeSigned(health.eventLoopLagNanos())
                .writeSigned(health.garbageCollectionPauseNanos())
                .writeSigned(health.longestPauseNanos())
                .writeSigned(health.clockOffsetNanos())
                .writeSigned(health.clockUncertaintyNanos())
                .writeSigned(health.sendQueueDepth())
                .writeSigned(health.starvedRequests())
                .writeSigned(health.openFiles())
                .writeSigned(health.openFilesLimit())
                .writeSigned(health.localPorts())
                .writeSigned(health.localPortsLimit())
                .writeSigned(health.residentBytes());
    }

    private static ClientHealthSample readHealth(PackedReader reader) {
        return new ClientHealthSample(
                reader.readDouble(),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned(),
                RecordFormat.toInt(reader.readSigned()),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned(),
                reader.readSigned());
    }

    private static void writeShares(PackedWriter writer, ShareMessage shares) {
        writer.writeNumber(shares.boundedRequests())
                .writeNumber(shares.unboundedRequests())
                .writeNumber(shares.chunks())
                .writeNumber(shares.wallClockSteps())
                .writeSigned(shares.largestWallClockStepNanos());
        writeNumbers(writer, shares.coalescedWidths());
        writer.writeNumber(shares.shares().size());
        shares.shares().forEach((name, numbers) -> {
            writer.writeText(name);
            writeNumbers(writer, numbers);
        });
    }

    private static ShareMessage readShares(PackedReader reader) {
        long bounded = reader.readNumber();
        long unbounded = reader.readNumber();
        long chunks = reader.readNumber();
        long steps = reader.readNumber();
        long largestStep = reader.readSigned();
        int[] widths = readNumbers(reader);
        int count = reader.readCount(MOST_NAMED);
        Map<String, int[]> shares = LinkedHashMap.newLinkedHashMap(count);
        for (int i = 0; i < count; i++) {
            once(shares.put(reader.readText(), readNumbers(reader)));
        }
        return new ShareMessage(bounded, unbounded, chunks, shares, widths, steps, largestStep);
    }

    private static void writeNumbers(PackedWriter writer, int[] numbers) {
        writer.writeNumber(numbers.length);
        for (int number : numbers) {
            writer.writeNumber(number);
        }
    }

    private static int[] readNumbers(PackedReader reader) {
        int[] numbers = new int[reader.readCount(MOST_COARSE_NUMBERS)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = reader.readInt();
        }
        return numbers;
    }

    private static void writeCompletion(PackedWriter writer, ClientCompletion completion) {
        writer.writeSigned(completion.actualStartOffsetNanos())
                .writeByte(completion.stopped() ? 1 : 0)
                .writeSigned(completion.windowStartNanos())
                .writeSigned(completion.windowEndNanos())
                .writeNumber(completion.eventLoops());
        RecordFormat.writeNullableText(writer, completion.error());
        RecordFormat.writeNullable(writer, completion.datasetEntries());
    }

    private static ClientCompletion readCompletion(PackedReader reader) {
        long startOffset = reader.readSigned();
        boolean stopped = RecordFormat.readFlag(reader);
        long windowStart = reader.readSigned();
        long windowEnd = reader.readSigned();
        int eventLoops = reader.readInt();
        String error = RecordFormat.readNullableText(reader);
        return new ClientCompletion(
                startOffset, stopped, error, windowStart, windowEnd, eventLoops, RecordFormat.readNullable(reader));
    }

    private static void writeGpus(PackedWriter writer, GpuMessage message) {
        RecordFormat.writeNullableText(writer, message.problem());
        writer.writeNumber(message.gpus().size());
        for (GpuMessage.Gpu gpu : message.gpus()) {
            writer.writeNumber(gpu.index()).writeText(gpu.name());
            writer.writeDouble(gpu.utilizationPercent()).writeDouble(gpu.memoryUsedMib());
            writer.writeDouble(gpu.memoryTotalMib()).writeByte(gpu.powerWatts() == null ? 0 : 1);
            if (gpu.powerWatts() != null) {
                writer.writeDouble(gpu.powerWatts());
            }
        }
    }

    private static GpuMessage readGpus(PackedReader reader) {
        String problem = RecordFormat.readNullableText(reader);
        int count = reader.readCount(MOST_NAMED);
        List<GpuMessage.Gpu> gpus = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            gpus.add(new GpuMessage.Gpu(
                    reader.readInt(),
                    reader.readText(),
                    reader.readDouble(),
                    reader.readDouble(),
                    reader.readDouble(),
                    RecordFormat.readFlag(reader) ? (Double) reader.readDouble() : null));
        }
        return new GpuMessage(problem, gpus);
    }

    private static void once(@Nullable Object before) {
        if (before != null) {
            throw new IllegalArgumentException("a name is given twice");
        }
    }
}
