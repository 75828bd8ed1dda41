package aifactory.protocol;

import aifactory.measurement.LatencyHistogram;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A batch in JSON for a service of the previous version, which states no formats of batches and refuses unknown
 * members and metrics: these are left out. Stateless.
 */
public final class EarlierBatch {
    private static final Set<String> METRICS = Set.of(
            "ttft_ms",
            "ttfo_ms",
            "tpot_ms",
            "itl_ms",
            "e2el_ms",
            "ttft_from_schedule_ms",
            "e2el_from_schedule_ms",
            "schedule_delay_ms",
            "cap_delay_ms",
            "connect_ms",
            "upload_ms",
            "event_loop_lag_ms");
    private static final Set<String> NOT_OF_INTERVALS = Set.of("client_shares");
    private static final Set<String> NOT_OF_COUNTS = Set.of("backoffs", "backoff_nanos");
    private static final Set<String> NOT_OF_COMPLETIONS = Set.of("dataset_entries");
    private static final Set<String> RECORDS = Set.of(
            "index",
            "client",
            "target",
            "session",
            "turn",
            "phase",
            "outcome",
            "scheduled_nanos",
            "due_delayed_by_cap_nanos",
            "started_nanos",
            "connect_nanos",
            "sent_nanos",
            "first_chunk_nanos",
            "first_output_nanos",
            "done_nanos",
            "input_tokens",
            "output_tokens",
            "token_source",
            "chunks",
            "maximum_gap_nanos",
            "http_status",
            "error",
            "error_detail");

    private EarlierBatch() {}

    /** The members of the batch that the previous version knows. */
    public static JsonNode of(BatchMessage batch) {
        ObjectNode json = JsonFormat.mapper().valueToTree(withEarlierHistograms(batch));
        if (json.get("interval") instanceof ObjectNode interval) {
            interval.remove(NOT_OF_INTERVALS);
            for (String counts : Set.of("all", "measured")) {
                if (interval.get(counts) instanceof ObjectNode object) {
                    object.remove(NOT_OF_COUNTS);
                }
            }
        }
        if (json.get("completion") instanceof ObjectNode completion) {
            completion.remove(NOT_OF_COMPLETIONS);
        }
        for (JsonNode record : json.get("records")) {
            ((ObjectNode) record).retain(RECORDS);
        }
        return json;
    }

    private static BatchMessage withEarlierHistograms(BatchMessage batch) {
        return new BatchMessage(
                batch.runId(),
                batch.sequence(),
                batch.last(),
                withEarlierHistograms(batch.interval()),
                batch.records(),
                batch.completion(),
                batch.gpus());
    }

    private static @Nullable IntervalMessage withEarlierHistograms(@Nullable IntervalMessage interval) {
        if (interval == null) {
            return null;
        }
        Map<String, byte[]> histograms = new LinkedHashMap<>();
        interval.histograms().forEach((name, encoded) -> {
            if (METRICS.contains(name)) {
                histograms.put(name, LatencyHistogram.decode(encoded).encode());
            }
        });
        return new IntervalMessage(
                interval.startNanos(),
                interval.endNanos(),
                interval.all(),
                interval.measured(),
                interval.inFlight(),
                interval.allStreamedChunks(),
                histograms,
                interval.health());
    }
}
