package aifactory.workload.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An entry whose words are in the file. */
record RecordedEntry(List<Turn> spoken, long timestampNanos) implements DatasetEntry {
    /**
     * What one request adds to its conversation.
     *
     * @param messages of a chat, at least one
     * @param outputTokens to ask for; null where the file does not say
     * @param answer as it was recorded, from whose length that of the answer to ask for may be taken; null where there is none
     * @param thinkNanos before it; null where the file does not say
     * @param members of the request's JSON object besides messages and lengths; null for none
     */
    record Turn(
            List<JsonNode> messages,
            @Nullable Integer outputTokens,
            @Nullable String answer,
            @Nullable Long thinkNanos,
            @Nullable JsonNode members) {}

    @Override
    public int turns() {
        return spoken.size();
    }
}
