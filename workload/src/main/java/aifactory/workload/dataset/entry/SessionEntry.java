package aifactory.workload.dataset.entry;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A session: one or more turns, each of which is one request.
 *
 * @param turns at least one; each turn comes after the turns that it depends on
 * @param timestampNanos time of the first turn, or {@link #NO_TIME}
 */
public record SessionEntry(List<Turn> turns, long timestampNanos) implements Entry {
    /** The turn that starts a conversation continues no other. */
    public static final int NO_TURN = -1;

    /**
     * One request of a session.
     *
     * @param messages that it adds to its conversation, at least one; null where the prompt is generated
     * @param prompt the length of a generated prompt; null where there are messages
     * @param outputTokens to request; null where the file does not contain a number
     * @param answer the recorded response, from which the number of output tokens may be counted; null where there is
     *     none
     * @param thinkNanos pause after the last response that it waits for; null where the file does not contain one
     * @param dueNanos not sent before this time on the timeline of the file, or {@link #NO_TIME}
     * @param continues the turn whose conversation it continues, or {@link #NO_TURN}
     * @param waitsFor the turns whose responses it waits for, in ascending order
     * @param members more members of the request's JSON object; null for none
     */
    public record Turn(
            @Nullable List<JsonNode> messages,
            @Nullable GeneratedPrompt prompt,
            @Nullable Integer outputTokens,
            @Nullable String answer,
            @Nullable Long thinkNanos,
            long dueNanos,
            int continues,
            List<Integer> waitsFor,
            @Nullable JsonNode members) {

        /** The same turn with other messages. */
        public Turn withMessages(List<JsonNode> others) {
            return new Turn(others, prompt, outputTokens, answer, thinkNanos, dueNanos, continues, waitsFor, members);
        }

        /** A turn that follows the turn before it, or starts the session. */
        public static Turn ofMessages(
                int number,
                List<JsonNode> messages,
                @Nullable Integer outputTokens,
                @Nullable String answer,
                @Nullable Long thinkNanos,
                @Nullable JsonNode members) {
            List<Integer> waitsFor = number == 0 ? List.of() : List.of(number - 1);
            return new Turn(messages, null, outputTokens, answer, thinkNanos, NO_TIME, number - 1, waitsFor, members);
        }
    }

    /**
     * A prompt of which only the length is known.
     *
     * @param tokens that the turn adds to its conversation
     * @param skippedTokens of the blocks that precede them in the conversation
     * @param blocks identifiers of the blocks of tokens that the whole conversation consists of; the same identifier
     *     is the same text. Empty for a prompt that shares nothing
     * @param blockTokens tokens per block
     */
    public record GeneratedPrompt(int tokens, int skippedTokens, long[] blocks, int blockTokens) {}
}
