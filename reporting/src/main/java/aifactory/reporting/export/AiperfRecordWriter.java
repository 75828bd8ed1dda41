package aifactory.reporting.export;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Writes {@code profile_export.jsonl}: AIPerf's record of each request, latencies in milliseconds, stamps in nanoseconds since 1970.
 *
 * <p>A stamp is the run's start as the service saw it plus the time since then on the client's clock, so that differences between
 * stamps are exact. {@code record_processor_id} names this program, since AIPerf wants one.
 *
 * <p>Not thread-safe.
 */
public final class AiperfRecordWriter implements AutoCloseable {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final OutputStream stream;
    private final JsonGenerator json;
    private final String runId;
    private final long startEpochNanos;

    public AiperfRecordWriter(OutputStream stream, RunSummary summary) {
        this.stream = stream;
        this.json = JsonFormat.mapper().writer().withRootValueSeparator("\n").createGenerator(stream);
        this.runId = summary.runId();
        this.startEpochNanos = epochNanos(summary.provenance().startedAt());
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
    public void write(RequestRecord record) {
        json.writeStartObject();
        writeMetadata(record);
        json.writeObjectPropertyStart("metrics");
        if (record.outcome() == RequestOutcome.COMPLETED) {
            writeMetrics(record);
        }
        json.writeEndObject();
        if (record.outcome() == RequestOutcome.FAILED) {
            writeError(record);
        } else {
            json.writeNullProperty("error");
        }
        json.writeEndObject();
    }

    private void writeMetadata(RequestRecord record) {
        long started = Objects.requireNonNullElse(record.startedNanos(), record.scheduledNanos());
        long ended = endNanos(record, started);
        boolean cancelled = record.outcome() == RequestOutcome.CANCELLED;
        json.writeObjectPropertyStart("metadata");
        json.writeNumberProperty("session_num", Objects.requireNonNullElse(record.session(), record.index()));
        json.writeStringProperty("x_request_id", runId + "-" + record.index());
        if (record.session() == null) {
            json.writeNullProperty("conversation_id");
        } else {
            json.writeStringProperty("conversation_id", Long.toString(record.session()));
        }
        json.writeNumberProperty("turn_index", record.turn());
        json.writeNumberProperty("credit_issued_ns", startEpochNanos + record.scheduledNanos());
        json.writeNumberProperty("request_start_ns", startEpochNanos + started);
        json.writeNullProperty("request_ack_ns");
        json.writeNumberProperty("request_end_ns", startEpochNanos + ended);
        json.writeStringProperty("worker_id", "client-" + record.client());
        json.writeStringProperty("record_processor_id", "aifactory");
        json.writeStringProperty("benchmark_phase", phase(record.phase()));
        json.writeBooleanProperty("was_cancelled", cancelled);
        json.writeNullProperty("cancellation_time_ns");
        json.writeEndObject();
    }

    /** The last stamp there is. */
    private static long endNanos(RequestRecord record, long started) {
        Long done = record.doneNanos();
        Long first = record.firstChunkNanos();
        Long sent = record.sentNanos();
        return done != null ? done : first != null ? first : sent != null ? sent : started;
    }

    /** AIPerf knows no cool-down; what lies outside of the measured window is not of its profile. */
    private static String phase(RunPhase phase) {
        return phase == RunPhase.MEASURED ? "profiling" : "warmup";
    }

    private void writeMetrics(RequestRecord record) {
        Long started = record.startedNanos();
        Long first = record.firstChunkNanos();
        Long output = record.firstOutputNanos();
        Long done = record.doneNanos();
        if (started != null && done != null) {
            writeMetric("request_latency", (done - started) / NANOS_PER_MILLISECOND, "ms");
        }
        if (started != null && first != null) {
            writeMetric("time_to_first_token", (first - started) / NANOS_PER_MILLISECOND, "ms");
        }
        if (started != null && output != null) {
            writeMetric("time_to_first_output_token", (output - started) / NANOS_PER_MILLISECOND, "ms");
        }
        if (first != null && done != null && record.outputTokens() > 1) {
            double perToken = (double) (done - first) / (record.outputTokens() - 1);
            writeMetric("inter_token_latency", perToken / NANOS_PER_MILLISECOND, "ms");
            if (perToken > 0) {
                writeMetric("output_token_throughput_per_user", 1e9 / perToken, "tokens/sec/user");
            }
        }
        writeCount("input_sequence_length", record.inputTokens());
        writeCount("output_sequence_length", record.outputTokens());
    }

    private void writeMetric(String tag, double value, String unit) {
        json.writeObjectPropertyStart(tag);
        json.writeNumberProperty("value", value);
        json.writeStringProperty("unit", unit);
        json.writeEndObject();
    }

    private void writeCount(String tag, long value) {
        json.writeObjectPropertyStart(tag);
        json.writeNumberProperty("value", value);
        json.writeStringProperty("unit", "tokens");
        json.writeEndObject();
    }

    private void writeError(RequestRecord record) {
        String type = Objects.requireNonNullElse(record.error(), "unknown");
        @Nullable Integer status = record.httpStatus();
        json.writeObjectPropertyStart("error");
        if (status == null) {
            json.writeNullProperty("code");
        } else {
            json.writeNumberProperty("code", status);
        }
        json.writeStringProperty("type", type);
        json.writeStringProperty("message", Objects.requireNonNullElse(record.errorDetail(), type));
        json.writeEndObject();
    }

    @Override
    public void close() throws IOException {
        try (stream) {
            json.writeRaw('\n');
            json.close();
        }
    }
}
