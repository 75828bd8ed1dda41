package aifactory.reporting.records;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.reporting.RunFormat;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes request records as lines of JSON, schema {@link RunFormat#REQUEST_SCHEMA}, as {@link RunFormat#mapper()}
 * would.
 *
 * <p>Not thread-safe.
 */
public final class RequestRecordWriter implements AutoCloseable {
    private static final int COMPRESSION_LEVEL = 3;
    private static final byte[] END_OF_LINE = JsonText.constant("}\n");
    private static final byte[] LIST_START = JsonText.constant("[");
    private static final byte[] LIST_END = JsonText.constant("]");
    private static final byte[] EMPTY_LIST = JsonText.constant("[]");
    private static final byte[] TRUE = JsonText.constant("true");
    private static final byte[] FALSE = JsonText.constant("false");
    private static final byte[] COMMA = JsonText.constant(",");
    private static final Map<RunPhase, byte[]> PHASES = words(RunPhase.class);
    private static final Map<RequestOutcome, byte[]> OUTCOMES = words(RequestOutcome.class);
    private static final Map<TokenSource, byte[]> TOKEN_SOURCES = words(TokenSource.class);
    private static final Map<ResponseRemark, byte[]> REMARKS = words(ResponseRemark.class);

    private final JsonText json;

    private RequestRecordWriter(OutputStream stream) {
        this.json = new JsonText(stream);
    }

    /** A writer of plain lines; closes the stream. */
    public static RequestRecordWriter plain(OutputStream stream) {
        return new RequestRecordWriter(stream);
    }

    /** A writer of lines compressed by Zstandard, by a thread of the compressor's own; closes the stream. */
    public static RequestRecordWriter compressed(OutputStream stream) throws IOException {
        ZstdOutputStream compressor = new ZstdOutputStream(stream, COMPRESSION_LEVEL);
        compressor.setWorkers(1);
        compressor.setChecksum(true);
        return new RequestRecordWriter(compressor);
    }

    private static <E extends Enum<E>> Map<E, byte[]> words(Class<E> type) {
        Map<E, byte[]> words = new EnumMap<>(type);
        for (E value : type.getEnumConstants()) {
            words.put(value, JsonText.quoted(value.name().toLowerCase(Locale.ROOT)));
        }
        return words;
    }

    private <E extends Enum<E>> void writeWord(byte[] name, Map<E, byte[]> words, @Nullable E value)
            throws IOException {
        byte[] word = value == null ? null : words.get(value);
        json.write(name);
        if (word == null) {
            json.writeNull();
        } else {
            json.write(word);
        }
    }

    /** Writes one line. */
    public void write(RequestRecord record) throws IOException {
        json.write(RecordFields.INDEX).write(record.index());
        json.write(RecordFields.CLIENT).write(record.client());
        json.write(RecordFields.TARGET).write(record.target());
        json.write(RecordFields.SESSION).write(record.session());
        json.write(RecordFields.TURN).write(record.turn());
        writeWord(RecordFields.PHASE, PHASES, record.phase());
        writeWord(RecordFields.OUTCOME, OUTCOMES, record.outcome());
        writeStamps(record);
        json.write(RecordFields.INPUT_TOKENS).write(record.inputTokens());
        json.write(RecordFields.OUTPUT_TOKENS).write(record.outputTokens());
        writeWord(RecordFields.TOKEN_SOURCE, TOKEN_SOURCES, record.tokenSource());
        json.write(RecordFields.CHUNKS).write(record.chunks());
        json.write(RecordFields.MAXIMUM_GAP).write(record.maximumGapNanos());
        json.write(RecordFields.HTTP_STATUS).write(asLong(record.httpStatus()));
        writeText(RecordFields.ERROR, record.error());
        writeText(RecordFields.ERROR_DETAIL, record.errorDetail());
        json.write(RecordFields.REQUESTED_OUTPUT_TOKENS).write(asLong(record.requestedOutputTokens()));
        json.write(RecordFields.CHUNKS_TOGETHER).write(asLong(record.chunksTogether()));
        json.write(RecordFields.FAILED).write(record.failedNanos());
        writeResponse(record.response());
        json.write(RecordFields.TTFT_CLIENT_SHARE).write(record.ttftClientShareNanos());
        json.write(RecordFields.E2EL_CLIENT_SHARE).write(record.e2elClientShareNanos());
        json.write(END_OF_LINE);
    }

    private void writeResponse(@Nullable ResponseDetails response) throws IOException {
        json.write(RecordFields.RESPONSE);
        if (response == null) {
            json.writeNull();
            return;
        }
        writeText(RecordFields.FINISH_REASON, response.finishReason());
        json.write(RecordFields.USAGE_OUTPUT_TOKENS).write(asLong(response.usageOutputTokens()));
        json.write(RecordFields.COUNTED_OUTPUT_TOKENS).write(asLong(response.countedOutputTokens()));
        writeWord(RecordFields.COUNTED_BY, TOKEN_SOURCES, response.countedBy());
        json.write(RecordFields.FIRST_CHUNK_TOKENS).write(asLong(response.firstChunkTokens()));
        json.write(RecordFields.SKIPPED_EVENTS).write(response.skippedEvents());
        json.write(RecordFields.REMARKS);
        byte[] before = LIST_START;
        for (ResponseRemark remark : response.remarks()) {
            json.write(before).write(REMARKS.getOrDefault(remark, LIST_END));
            before = COMMA;
        }
        json.write(response.remarks().isEmpty() ? EMPTY_LIST : LIST_END);
        json.write(RecordFields.RETRY_AFTER).write(asLong(response.retryAfterSeconds()));
        writeText(RecordFields.SERVED_BY, response.servedBy());
        Boolean document = response.validDocument();
        json.write(RecordFields.VALID_DOCUMENT);
        if (document == null) {
            json.writeNull();
        } else {
            json.write(document ? TRUE : FALSE);
        }
        json.write(RecordFields.END);
    }

    private static @Nullable Long asLong(@Nullable Integer number) {
        return number == null ? null : Long.valueOf(number);
    }

    private void writeStamps(RequestRecord record) throws IOException {
        json.write(RecordFields.SCHEDULED).write(record.scheduledNanos());
        json.write(RecordFields.DUE_DELAYED).write(record.dueDelayedByCapNanos());
        json.write(RecordFields.STARTED).write(record.startedNanos());
        json.write(RecordFields.CONNECT).write(record.connectNanos());
        json.write(RecordFields.SENT).write(record.sentNanos());
        json.write(RecordFields.FIRST_CHUNK).write(record.firstChunkNanos());
        json.write(RecordFields.FIRST_OUTPUT).write(record.firstOutputNanos());
        json.write(RecordFields.DONE).write(record.doneNanos());
    }

    private void writeText(byte[] name, @Nullable String text) throws IOException {
        json.write(name);
        if (text == null) {
            json.writeNull();
        } else {
            json.write(JsonText.quoted(text));
        }
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
