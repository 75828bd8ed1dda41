package aifactory.protocol;

import aifactory.measurement.PackedReader;
import aifactory.measurement.PackedWriter;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request records of a batch in its binary form ({@link BatchFormat}). Constants of enums are encoded as their
 * positions in the arrays below, which never change within a version. Stateless.
 */
final class RecordFormat {
    private static final RunPhase[] PHASES = {RunPhase.WARMUP, RunPhase.MEASURED, RunPhase.COOLDOWN};
    private static final RequestOutcome[] OUTCOMES = {
        RequestOutcome.COMPLETED, RequestOutcome.FAILED, RequestOutcome.CANCELLED
    };
    private static final TokenSource[] SOURCES = {TokenSource.USAGE, TokenSource.TOKENIZER, TokenSource.CHUNKS};
    private static final ResponseRemark[] REMARKS = {
        ResponseRemark.USAGE_MISMATCH,
        ResponseRemark.OTHER_CONTENT_TYPE,
        ResponseRemark.COMPRESSED,
        ResponseRemark.KEY_RENEWED
    };

    private static final int NO_RESPONSE = 0;
    private static final int RESPONSE = 1;
    /**
     * Added to 1: the address and port that served the request follow; batches without one are the same as before there
     * was such a member.
     */
    private static final int WITH_ADDRESS = 1;
    /** Added to 1: whether the document was valid follows. */
    private static final int WITH_DOCUMENT = 2;

    private RecordFormat() {}

    static void write(PackedWriter writer, long startNanos, List<RequestRecord> records) {
        writer.writeNumber(records.size());
        long index = 0;
        for (RequestRecord record : records) {
            writer.writeSigned(record.index() - index)
                    .writeNumber(record.client())
                    .writeNumber(record.target());
            index = record.index();
            writeNullable(writer, record.session());
            writer.writeNumber(record.turn())
                    .writeByte(number(PHASES, record.phase()))
                    .writeByte(number(OUTCOMES, record.outcome()))
                    .writeSigned(record.scheduledNanos() - startNanos)
                    .writeSigned(record.dueDelayedByCapNanos());
            writeMoment(writer, record.scheduledNanos(), record.startedNanos());
            writeMoment(writer, 0, record.connectNanos());
            writeMoment(writer, record.scheduledNanos(), record.sentNanos());
            writeMoment(writer, record.scheduledNanos(), record.firstChunkNanos());
            writeMoment(writer, record.scheduledNanos(), record.firstOutputNanos());
            writeMoment(writer, record.scheduledNanos(), record.doneNanos());
            writer.writeNumber(record.inputTokens())
                    .writeNumber(record.outputTokens())
                    .writeByte(record.tokenSource() == null ? 0 : 1 + number(SOURCES, record.tokenSource()))
                    .writeNumber(record.chunks())
                    .writeSigned(record.maximumGapNanos());
            writeNullable(writer, record.httpStatus());
            writeNullableText(writer, record.error());
            writeNullableText(writer, record.errorDetail());
            writeNullable(writer, record.requestedOutputTokens());
            writeNullable(writer, record.chunksTogether());
            writeMoment(writer, record.scheduledNanos(), record.failedNanos());
            writeResponse(writer, record.response());
            writeMoment(writer, 0, record.ttftClientShareNanos());
            writeMoment(writer, 0, record.e2elClientShareNanos());
        }
    }

    static List<RequestRecord> read(PackedReader reader, long startNanos) {
        int count = reader.readCount(BatchMessage.MAXIMUM_RECORDS);
        List<RequestRecord> records = new ArrayList<>(count);
        long index = 0;
        for (int i = 0; i < count; i++) {
            index += reader.readSigned();
            int client = reader.readInt();
            int target = reader.readInt();
            Long session = readNullable(reader);
            int turn = reader.readInt();
            RunPhase phase = constant(PHASES, reader.readByte());
            RequestOutcome outcome = constant(OUTCOMES, reader.readByte());
            long scheduled = startNanos + reader.readSigned();
            records.add(new RequestRecord(
                    index,
                    client,
                    target,
                    session,
                    turn,
                    phase,
                    outcome,
                    scheduled,
                    reader.readSigned(),
                    readMoment(reader, scheduled),
                    readMoment(reader, 0),
                    readMoment(reader, scheduled),
                    readMoment(reader, scheduled),
                    readMoment(reader, scheduled),
                    readMoment(reader, scheduled),
                    reader.readInt(),
                    reader.readInt(),
                    readSource(reader),
                    reader.readInt(),
                    reader.readSigned(),
                    readNullableInt(reader),
                    readNullableText(reader),
                    readNullableText(reader),
                    readNullableInt(reader),
                    readNullableInt(reader),
                    readMoment(reader, scheduled),
                    readResponse(reader),
                    readMoment(reader, 0),
                    readMoment(reader, 0)));
        }
        return records;
    }

    private static void writeResponse(PackedWriter writer, @Nullable ResponseDetails response) {
        String servedBy = response == null ? null : response.servedBy();
        Boolean document = response == null ? null : response.validDocument();
        int more = (servedBy == null ? 0 : WITH_ADDRESS) | (document == null ? 0 : WITH_DOCUMENT);
        writer.writeByte(response == null ? NO_RESPONSE : RESPONSE + more);
        if (response != null) {
            writeNullableText(writer, response.finishReason());
            writeNullable(writer, response.usageOutputTokens());
            writeNullable(writer, response.countedOutputTokens());
            writer.writeByte(response.countedBy() == null ? 0 : 1 + number(SOURCES, response.countedBy()));
            writeNullable(writer, response.firstChunkTokens());
            writer.writeNumber(response.skippedEvents());
            int remarks = 0;
            for (ResponseRemark remark : response.remarks()) {
                remarks |= 1 << number(REMARKS, remark);
            }
            writer.writeByte(remarks);
            writeNullable(writer, response.retryAfterSeconds());
            if (servedBy != null) {
                writer.writeText(servedBy);
            }
            if (document != null) {
                writer.writeByte(document ? 1 : 0);
            }
        }
    }

    private static @Nullable ResponseDetails readResponse(PackedReader reader) {
        int form = reader.readByte();
        if (form == NO_RESPONSE) {
            return null;
        }
        int more = form - RESPONSE;
        if (more > (WITH_ADDRESS | WITH_DOCUMENT)) {
            throw new IllegalArgumentException("form " + form + " of a response is not known");
        }
        String reason = readNullableText(reader);
        Integer usage = readNullableInt(reader);
        Integer counted = readNullableInt(reader);
        TokenSource countedBy = readSource(reader);
        Integer first = readNullableInt(reader);
        int skipped = reader.readInt();
        int bits = reader.readByte();
        if (bits >= 1 << REMARKS.length) {
            throw new IllegalArgumentException("remarks " + bits + " are not known");
        }
        Set<ResponseRemark> remarks = EnumSet.noneOf(ResponseRemark.class);
        for (int i = 0; i < REMARKS.length; i++) {
            if ((bits & (1 << i)) != 0) {
                remarks.add(REMARKS[i]);
            }
        }
        Integer retryAfterSeconds = readNullableInt(reader);
        String servedBy = (more & WITH_ADDRESS) == 0 ? null : reader.readText();
        Boolean document = (more & WITH_DOCUMENT) == 0 ? null : Boolean.valueOf(readFlag(reader));
        return new ResponseDetails(
                reason, usage, counted, countedBy, first, skipped, remarks, retryAfterSeconds, servedBy, document);
    }

    private static @Nullable TokenSource readSource(PackedReader reader) {
        int number = reader.readByte();
        return number == 0 ? null : constant(SOURCES, number - 1);
    }

    private static <E> E constant(E[] constants, int number) {
        if (number >= constants.length) {
            throw new IllegalArgumentException("constant " + number + " of " + constants.length + " is not known");
        }
        return constants[number];
    }

    private static <E> int number(E[] constants, E constant) {
        for (int i = 0; i < constants.length; i++) {
            if (constants[i].equals(constant)) {
                return i;
            }
        }
        throw new IllegalStateException(constant + " has no number in version 1; it needs another version");
    }

    static boolean readFlag(PackedReader reader) {
        int flag = reader.readByte();
        if (flag > 1) {
            throw new IllegalArgumentException("a flag is " + flag + ", neither 0 nor 1");
        }
        return flag == 1;
    }

    /** A moment as the difference from another. */
    private static void writeMoment(PackedWriter writer, long since, @Nullable Long nanos) {
        writer.writeByte(nanos == null ? 0 : 1);
        if (nanos != null) {
            writer.writeSigned(nanos - since);
        }
    }

    private static @Nullable Long readMoment(PackedReader reader, long since) {
        return readFlag(reader) ? (Long) (since + reader.readSigned()) : null;
    }

    static void writeNullable(PackedWriter writer, @Nullable Number number) {
        writer.writeByte(number == null ? 0 : 1);
        if (number != null) {
            writer.writeNumber(number.longValue());
        }
    }

    static @Nullable Long readNullable(PackedReader reader) {
        return readFlag(reader) ? (Long) reader.readNumber() : null;
    }

    private static @Nullable Integer readNullableInt(PackedReader reader) {
        return readFlag(reader) ? (Integer) reader.readInt() : null;
    }

    static void writeNullableText(PackedWriter writer, @Nullable String text) {
        writer.writeByte(text == null ? 0 : 1);
        if (text != null) {
            writer.writeText(text);
        }
    }

    static @Nullable String readNullableText(PackedReader reader) {
        return readFlag(reader) ? reader.readText() : null;
    }

    static int toInt(long value) {
        if (value != (int) value) {
            throw new IllegalArgumentException(value + " is beyond 32 bits");
        }
        return (int) value;
    }
}
