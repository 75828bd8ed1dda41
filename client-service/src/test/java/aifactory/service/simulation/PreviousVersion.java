package aifactory.service.simulation;

import aifactory.protocol.BatchMessage;
import aifactory.protocol.JsonFormat;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes batches with the members that version 0.1.0 wrote, and no others. Stateless. */
final class PreviousVersion {
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "batch", Set.of("run_id", "sequence", "last", "interval", "records", "completion", "gpus"),
            "interval",
                    Set.of(
                            "start_nanos",
                            "end_nanos",
                            "all",
                            "measured",
                            "in_flight",
                            "all_streamed_chunks",
                            "histograms",
                            "health"),
            "counts",
                    Set.of(
                            "scheduled",
                            "sent",
                            "completed",
                            "failed",
                            "cancelled",
                            "good",
                            "input_tokens",
                            "output_tokens",
                            "chunks",
                            "errors"),
            "health",
                    Set.of(
                            "cpu_share",
                            "event_loop_lag_nanos",
                            "garbage_collection_pause_nanos",
                            "longest_pause_nanos",
                            "clock_offset_nanos",
                            "clock_uncertainty_nanos",
                            "send_queue_depth",
                            "starved_requests",
                            "open_files",
                            "open_files_limit",
                            "local_ports",
                            "local_ports_limit",
                            "resident_bytes"),
            "record",
                    Set.of(
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
                            "error_detail"));

    private PreviousVersion() {}

    /** The batch as JSON, in the form of this version or of the previous one. */
    static byte[] write(BatchMessage batch, boolean previousVersion) {
        if (!previousVersion) {
            return JsonFormat.mapper().writeValueAsBytes(batch);
        }
        ObjectNode tree = JsonFormat.mapper().valueToTree(batch);
        keep(tree, "batch");
        tree.get("records").forEach(record -> keep(record, "record"));
        if (tree.get("interval") instanceof ObjectNode interval) {
            keep(interval, "interval");
            keep(interval.get("all"), "counts");
            keep(interval.get("measured"), "counts");
            keep(interval.get("health"), "health");
        }
        return JsonFormat.mapper().writeValueAsBytes(tree);
    }

    private static void keep(JsonNode node, String kind) {
        if (node instanceof ObjectNode object) {
            object.retain(java.util.Objects.requireNonNull(MEMBERS.get(kind)));
        }
    }
}
