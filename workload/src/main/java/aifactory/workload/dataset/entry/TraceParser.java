package aifactory.workload.dataset.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A record of a trace that has the lengths of each request: Mooncake's, Bailian's and those with the same members.
 * Immutable.
 *
 * <p>Mooncake: {@code {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}},
 * optionally with {@code session_id} and {@code delay}. Bailian: {@code {"chat_id": 159, "parent_chat_id": -1,
 * "timestamp": 61.114, "input_length": 521, "output_length": 132, "type": "text", "turn": 1, "hash_ids": […]}}.
 */
public final class TraceParser implements EntryParser {
    private static final String NO_PARENT = "-1";

    private final Timestamps timestamps;
    private final int blockTokens;
    private final boolean lastBlockOptional;

    /**
     * @param blockTokens tokens that a block of {@code hash_ids} has
     * @param lastBlockOptional whether a last block that is not full may lack its identifier
     */
    public TraceParser(Timestamps timestamps, int blockTokens, boolean lastBlockOptional) {
        this.timestamps = timestamps;
        this.blockTokens = blockTokens;
        this.lastBlockOptional = lastBlockOptional;
    }

    @Override
    public List<Entry> parse(JsonNode record) throws EntryProblemException {
        if (!record.isObject()) {
            throw new EntryProblemException("is not a JSON object with timestamp, input_length and output_length");
        }
        int input = Members.requireTokens(record, "input_length");
        if (Members.isZero(record.path("output_length"))) {
            return List.of(new Entry.LeftOut("output_length 0, the recorded request failed"));
        }
        int output = Members.requireTokens(record, "output_length");
        String id = Members.identifier(record, "chat_id");
        return List.of(new TracedTurn(
                timestamps.timestampNanos(record.path("timestamp"), "timestamp"),
                input,
                output,
                blocks(record.path("hash_ids"), input),
                blockTokens,
                timestamps.delayNanos(record.path("delay"), "delay"),
                id == null ? Members.identifier(record, "session_id", "conversation_id") : null,
                id,
                id == null ? null : parent(record)));
    }

    private static @Nullable String parent(JsonNode record) throws EntryProblemException {
        String parent = Members.identifier(record, "parent_chat_id");
        return NO_PARENT.equals(parent) ? null : parent;
    }

    private long[] blocks(JsonNode node, int inputTokens) throws EntryProblemException {
        long[] ids = Members.blocks(node, "hash_ids");
        int full = inputTokens / blockTokens;
        int all = Math.ceilDiv(inputTokens, blockTokens);
        if (ids.length != 0 && ids.length != all && !(lastBlockOptional && ids.length == full)) {
            throw new EntryProblemException(ids.length + " hash_ids for an input_length of " + inputTokens
                    + ", which has " + all + " blocks of " + blockTokens
                    + " tokens; declare the size of a block with --trace-block-tokens (block_tokens)");
        }
        return ids;
    }
}
