package aifactory.reporting.export;

import aifactory.measurement.LatencyFormulas;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.protocol.RunSummary;
import aifactory.reporting.records.JsonText;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code profile_export.jsonl}: AIPerf's record of each request, latencies in milliseconds, stamps in
 * nanoseconds since 1970.
 *
 * <p>A stamp is the run's start as the service saw it plus the time since then on the client's clock, so that
 * differences between stamps are exact. {@code record_processor_id} names this program, since AIPerf requires one.
 *
 * <p>Not thread-safe.
 */
public final class AiperfRecordWriter implements AutoCloseable {
    private static final byte[] SESSION_NUMBER = JsonText.constant("{\"metadata\":{\"session_num\":");
    private static final byte[] REQUEST_ID = JsonText.constant(",\"x_request_id\":");
    private static final byte[] CONVERSATION = JsonText.constant("\",\"conversation_id\":\"");
    private static final byte[] TURN = JsonText.constant("\",\"turn_index\":");
    private static final byte[] CREDIT_ISSUED = JsonText.constant(",\"credit_issued_ns\":");
    private static final byte[] REQUEST_START = JsonText.constant(",\"request_start_ns\":");
    private static final byte[] REQUEST_END = JsonText.constant(",\"request_ack_ns\":null,\"request_end_ns\":");
    private static final byte[] WORKER = JsonText.constant(",\"worker_id\":\"client-");
    private static final byte[] PROFILING =
            JsonText.constant("\",\"record_processor_id\":\"aifactory\",\"benchmark_phase\":\"profiling\"");
    private static final byte[] WARMUP =
            JsonText.constant("\",\"record_processor_id\":\"aifactory\",\"benchmark_phase\":\"warmup\"");
    private static final byte[] CANCELLED =
            JsonText.constant(",\"was_cancelled\":true,\"cancellation_time_ns\":null},\"metrics\":{");
    private static final byte[] NOT_CANCELLED =
            JsonText.constant(",\"was_cancelled\":false,\"cancellation_time_ns\":null},\"metrics\":{");
    private static final byte[] ERROR = JsonText.constant("},\"error\":");
    private static final byte[] CODE = JsonText.constant("{\"code\":");
    private static final byte[] TYPE = JsonText.constant(",\"type\":");
    private static final byte[] MESSAGE = JsonText.constant(",\"message\":");
    private static final byte[] CLOSE = JsonText.constant("}");
    private static final byte[] END_OF_LINE = JsonText.constant("}\n");
    private static final byte[] COMMA = JsonText.constant(",");
    private static final byte[] MILLISECONDS = JsonText.constant(",\"unit\":\"ms\"}");
    private static final byte[] TOKENS = JsonText.constant(",\"unit\":\"tokens\"}");
    private static final byte[] TOKENS_PER_SECOND = JsonText.constant(",\"unit\":\"tokens/sec/user\"}");
    private static final byte[] REQUEST_LATENCY = metric("request_latency");
    private static final byte[] TIME_TO_FIRST_TOKEN = metric("time_to_first_token");
    private static final byte[] TIME_TO_FIRST_OUTPUT_TOKEN = metric("time_to_first_output_token");
    private static final byte[] INTER_TOKEN_LATENCY = metric("inter_token_latency");
    private static final byte[] TOKENS_PER_SECOND_PER_USER = metric("output_token_throughput_per_user");
    private static final byte[] INPUT_TOKENS = metric("input_sequence_length");
    private static final byte[] OUTPUT_TOKENS = metric("output_sequence_length");
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final JsonText json;
    /** The quotation mark and the run's id, escaped, without the end. */
    private final byte[] requestIdStart;

    private final long startEpochNanos;

    public AiperfRecordWriter(OutputStream stream, RunSummary summary) {
        this.json = new JsonText(stream);
        byte[] quoted = JsonText.quoted(summary.runId() + "-");
        this.requestIdStart = Arrays.copyOf(quoted, quoted.length - 1);
        this.startEpochNanos = epochNanos(summary.provenance().startedAt());
    }

    private static byte[] metric(String tag) {
        return JsonText.constant("\"" + tag + "\":{\"value\":");
    }

    private static long epochNanos(String instant) {
        try {
            Instant start = Instant.parse(instant);
            return Math.addExact(Math.multiplyExact(start.getEpochSecond(), 1_000_000_000L), start.getNano());
        } catch (DateTimeParseException | ArithmeticException e) {
            return 0;
        }
    }

    /** Writes one line. */
    public void write(RequestRecord record) throws IOException {
        writeMetadata(record);
        if (record.outcome() == RequestOutcome.COMPLETED) {
            writeMetrics(record);
        }
        json.write(ERROR);
        if (record.outcome() == RequestOutcome.FAILED) {
            writeError(record);
        } else {
            json.writeNull();
        }
        json.write(END_OF_LINE);
    }

    private void writeMetadata(RequestRecord record) throws IOException {
        long started = Objects.requireNonNullElse(record.startedNanos(), record.scheduledNanos());
        long session = Objects.requireNonNullElse(record.session(), record.index());
        json.write(SESSION_NUMBER).write(session);
        json.write(REQUEST_ID).write(requestIdStart).write(record.index());
        // A single request is a separate conversation, as in AIPerf.
        json.write(CONVERSATION).write(session);
        json.write(TURN).write(record.turn());
        json.write(CREDIT_ISSUED).write(startEpochNanos + record.scheduledNanos());
        json.write(REQUEST_START).write(startEpochNanos + started);
        json.write(REQUEST_END).write(startEpochNanos + endNanos(record, started));
        json.write(WORKER).write(record.client());
        // AIPerf knows no cool-down; what lies outside of the measured window is not of its profile.
        json.write(record.phase() == RunPhase.MEASURED ? PROFILING : WARMUP);
        json.write(record.outcome() == RequestOutcome.CANCELLED ? CANCELLED : NOT_CANCELLED);
    }

    /** The last stamp there is. */
    private static long endNanos(RequestRecord record, long started) {
        Long done = record.doneNanos();
        Long first = record.firstChunkNanos();
        Long sent = record.sentNanos();
        return done != null ? done : first != null ? first : sent != null ? sent : started;
    }

    private void writeMetrics(RequestRecord record) throws IOException {
        Long started = record.startedNanos();
        Long first = record.firstChunkNanos();
        Long output = record.firstOutputNanos();
        Long done = record.doneNanos();
        writeTime(REQUEST_LATENCY, started, done);
        writeTime(TIME_TO_FIRST_TOKEN, started, first);
        writeTime(TIME_TO_FIRST_OUTPUT_TOKEN, started, output);
        if (first != null && done != null && LatencyFormulas.hasTimePerOutputToken(record.outputTokens())) {
            double perToken = LatencyFormulas.exactTimePerOutputTokenNanos(first, done, record.outputTokens());
            json.write(INTER_TOKEN_LATENCY).write(perToken / NANOS_PER_MILLISECOND);
            json.write(MILLISECONDS).write(COMMA);
            if (perToken > 0) {
                json.write(TOKENS_PER_SECOND_PER_USER).write(1e9 / perToken);
                json.write(TOKENS_PER_SECOND).write(COMMA);
            }
        }
        json.write(INPUT_TOKENS).write(record.inputTokens()).write(TOKENS).write(COMMA);
        json.write(OUTPUT_TOKENS).write(record.outputTokens()).write(TOKENS);
    }

    private void writeTime(byte[] metric, @Nullable Long start, @Nullable Long end) throws IOException {
        if (start != null && end != null) {
            json.write(metric)
                    .writeMilliseconds(end - start)
                    .write(MILLISECONDS)
                    .write(COMMA);
        }
    }

    private void writeError(RequestRecord record) throws IOException {
        String type = Objects.requireNonNullElse(record.error(), "unknown");
        Integer status = record.httpStatus();
        json.write(CODE).write(status == null ? null : Long.valueOf(status));
        json.write(TYPE).write(JsonText.quoted(type));
        json.write(MESSAGE).write(JsonText.quoted(Objects.requireNonNullElse(record.errorDetail(), type)));
        json.write(CLOSE);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
