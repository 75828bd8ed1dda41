package aifactory.service.runs;

import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.BatchMessage.ClientCompletion;
import aifactory.protocol.GpuMessage;
import aifactory.protocol.IntervalMessage;
import aifactory.service.RequestRefusedException;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Validates a batch completely before it is stored: stored data has to be readable at every later start too. The bounds
 * are far beyond what a client can measure, so that no honest batch is refused. Stateless.
 */
public final class BatchValidation {
    /**
     * Of one interval, nanoseconds of slots that back off included; that their sums stay within bounds is found by
     * counting in trial.
     */
    private static final long MOST_COUNTED = 1_000_000_000_000_000L;
    /** A run takes at most 30 days; clocks and warm-up leave room on both sides. */
    private static final long LONGEST_NANOS = 60L * 24 * 3_600 * 1_000_000_000L;

    private static final int MOST_IN_FLIGHT = 10_000_000;
    private static final int MOST_CAUSES = 100;
    private static final int LONGEST_TEXT = 4_096;
    private static final int LONGEST_NAME = 256;
    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern CAUSE = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private BatchValidation() {}

    /**
     * Checks every part of a batch, and decodes its interval.
     *
     * @param body as it is to be stored
     * @throws RequestRefusedException names the member at fault
     */
    public static CheckedBatch check(BatchMessage batch, byte[] body) {
        if (batch.runId() == null || batch.records() == null) {
            throw invalid("run_id", "a batch needs run_id, sequence and records");
        }
        if (!RUN_ID.matcher(batch.runId()).matches()) {
            throw invalid("run_id", "the batch's run_id is not that of a run");
        }
        if (batch.sequence() < 0 || batch.sequence() > Integer.MAX_VALUE) {
            throw invalid(
                    "sequence", "sequence " + batch.sequence() + " is not a number from 0 to " + Integer.MAX_VALUE);
        }
        if (batch.records().size() > BatchMessage.MAXIMUM_RECORDS) {
            throw RequestRefusedException.tooLarge(
                    batch.records().size() + " records in one batch; send at most " + BatchMessage.MAXIMUM_RECORDS);
        }
        if (batch.last() != (batch.completion() != null)) {
            throw invalid("completion", "the last batch, and no other, contains a completion");
        }
        if (batch.completion() != null) {
            checkCompletion(batch.completion());
        }
        for (int number = 0; number < batch.records().size(); number++) {
            checkRecord(number, batch.records().get(number));
        }
        if (batch.gpus() != null) {
            checkGpus(batch.gpus());
        }
        return new CheckedBatch(batch, batch.interval() == null ? null : interval(batch.interval()), body);
    }

    private static IntervalMeasurement interval(IntervalMessage interval) {
        moment("interval.start_nanos", interval.startNanos());
        moment("interval.end_nanos", interval.endNanos());
        if (interval.startNanos() > interval.endNanos()) {
            throw invalid("interval.end_nanos", "the interval ends before it starts");
        }
        counts("interval.all", interval.all());
        counts("interval.measured", interval.measured());
        within("interval.in_flight", interval.inFlight(), 0, MOST_IN_FLIGHT);
        within("interval.all_streamed_chunks", interval.allStreamedChunks(), 0, MOST_COUNTED);
        health(interval.health());
        if (interval.histograms() == null) {
            throw invalid("interval.histograms", "interval.histograms is missing");
        }
        for (Map.Entry<String, byte[]> histogram : interval.histograms().entrySet()) {
            if (histogram.getKey() == null || histogram.getValue() == null) {
                throw invalid("interval.histograms", "interval.histograms has one without content");
            }
        }
        try {
            return BatchCodec.interval(interval);
        } catch (IllegalArgumentException e) {
            throw invalid("interval", "the interval cannot be read: " + e.getMessage());
        }
    }

    private static void counts(String field, @Nullable RequestCounts counts) {
        if (counts == null) {
            throw invalid(field, field + " is missing");
        }
        if (counts.smallest() < 0 || counts.largest() > MOST_COUNTED) {
            throw invalid(field, field + " has a count that is not from 0 to " + MOST_COUNTED);
        }
        if (counts.errors().size() > MOST_CAUSES) {
            throw invalid(field, field + ".errors has more than " + MOST_CAUSES + " causes");
        }
        counts.errors().keySet().forEach(cause -> cause(field + ".errors", cause));
    }

    private static void health(@Nullable ClientHealthSample health) {
        if (health == null) {
            throw invalid("interval.health", "interval.health is missing");
        }
        finite("interval.health.cpu_share", health.cpuShare(), 1_000_000);
        boolean sound = LongStream.of(
                                health.eventLoopLagNanos(),
                                health.garbageCollectionPauseNanos(),
                                health.longestPauseNanos(),
                                health.clockUncertaintyNanos(),
                                health.sendQueueDepth(),
                                health.starvedRequests(),
                                health.openFiles(),
                                health.localPorts(),
                                health.residentBytes())
                        .allMatch(value -> value >= -1)
                && health.clockOffsetNanos() != Long.MIN_VALUE;
        if (!sound) {
            throw invalid("interval.health", "interval.health has a number below 0");
        }
    }

    /** The names of members get the record's number only when one is at fault: no text is made for a sound record. */
    private static void checkRecord(int number, @Nullable RequestRecord record) {
        if (record == null || record.phase() == null || record.outcome() == null) {
            throw invalid("records", "records[" + number + "] is without a phase or an outcome");
        }
        try {
            checkMembers(record);
        } catch (RequestRefusedException e) {
            throw invalid("records[" + number + "]." + e.field(), "records[" + number + "]." + e.getMessage());
        }
    }

    private static void checkMembers(RequestRecord record) {
        within("index", record.index(), 0, Long.MAX_VALUE);
        within("client", record.client(), 0, Integer.MAX_VALUE);
        within("target", record.target(), 0, Integer.MAX_VALUE);
        within("turn", record.turn(), 0, Integer.MAX_VALUE);
        within("input_tokens", record.inputTokens(), 0, Integer.MAX_VALUE);
        within("output_tokens", record.outputTokens(), 0, Integer.MAX_VALUE);
        within("chunks", record.chunks(), 0, Integer.MAX_VALUE);
        within("maximum_gap_nanos", record.maximumGapNanos(), 0, LONGEST_NANOS);
        moment("scheduled_nanos", record.scheduledNanos());
        moment("due_delayed_by_cap_nanos", record.dueDelayedByCapNanos());
        moment("started_nanos", record.startedNanos());
        moment("connect_nanos", record.connectNanos());
        moment("sent_nanos", record.sentNanos());
        moment("first_chunk_nanos", record.firstChunkNanos());
        moment("first_output_nanos", record.firstOutputNanos());
        moment("done_nanos", record.doneNanos());
        if (record.httpStatus() != null) {
            within("http_status", record.httpStatus(), 0, 9_999);
        }
        if (record.error() != null) {
            cause("error", record.error());
        }
        text("error_detail", record.errorDetail(), LONGEST_TEXT);
        number("requested_output_tokens", record.requestedOutputTokens());
        number("chunks_together", record.chunksTogether());
        moment("failed_nanos", record.failedNanos());
        if (record.response() != null) {
            checkResponse(record.response());
        }
    }

    private static void checkResponse(ResponseDetails response) {
        text("response.finish_reason", response.finishReason(), LONGEST_TEXT);
        text("response.served_by", response.servedBy(), LONGEST_TEXT);
        number("response.usage_output_tokens", response.usageOutputTokens());
        number("response.counted_output_tokens", response.countedOutputTokens());
        number("response.first_chunk_tokens", response.firstChunkTokens());
        number("response.skipped_events", response.skippedEvents());
        if (response.retryAfterSeconds() != null) {
            within("response.retry_after_seconds", response.retryAfterSeconds(), 0, 86_400);
        }
    }

    private static void number(String field, @Nullable Integer value) {
        if (value != null) {
            within(field, value, 0, Integer.MAX_VALUE);
        }
    }

    private static void checkCompletion(ClientCompletion completion) {
        moment("completion.window_start_nanos", completion.windowStartNanos());
        moment("completion.window_end_nanos", completion.windowEndNanos());
        moment("completion.actual_start_offset_nanos", completion.actualStartOffsetNanos());
        within("completion.event_loops", completion.eventLoops(), 0, 100_000);
        text("completion.error", completion.error(), LONGEST_TEXT);
    }

    private static void checkGpus(GpuMessage message) {
        text("gpus.problem", message.problem(), LONGEST_TEXT);
        within("gpus.gpus", message.gpus().size(), 0, GpuMessage.MAXIMUM_GPUS);
        for (GpuMessage.Gpu gpu : message.gpus()) {
            within("gpus.index", gpu.index(), 0, 100_000);
            if (gpu.name() == null) {
                throw invalid("gpus.name", "gpus.name is missing");
            }
            text("gpus.name", gpu.name(), LONGEST_NAME);
            finite("gpus.utilization_percent", gpu.utilizationPercent(), 1e9);
            finite("gpus.memory_used_mib", gpu.memoryUsedMib(), 1e12);
            finite("gpus.memory_total_mib", gpu.memoryTotalMib(), 1e12);
            Double watts = gpu.powerWatts();
            if (watts != null) {
                finite("gpus.power_watts", watts, 1e9);
            }
        }
    }

    private static void moment(String field, @Nullable Long nanos) {
        if (nanos != null) {
            within(field, nanos, -LONGEST_NANOS, LONGEST_NANOS);
        }
    }

    private static void within(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw invalid(field, field + " " + value + " is not a number from " + least + " to " + most);
        }
    }

    /** Of infinite ones and of those that are no numbers nothing can be calculated, and JSON does not hold them. */
    private static void finite(String field, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            throw invalid(field, field + " " + value + " is not a number from 0 to " + most);
        }
    }

    private static void cause(String field, String cause) {
        if (!CAUSE.matcher(cause).matches()) {
            throw invalid(field, field + " names a cause that is not 1 to 64 letters, digits and underscores");
        }
    }

    private static void text(String field, @Nullable String text, int longest) {
        if (text != null && text.length() > longest) {
            throw invalid(field, field + " has " + text.length() + " characters; send at most " + longest);
        }
    }

    private static RequestRefusedException invalid(String field, String detail) {
        return RequestRefusedException.invalid(field, detail);
    }
}
