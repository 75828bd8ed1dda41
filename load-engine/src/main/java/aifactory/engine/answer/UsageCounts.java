package aifactory.engine.answer;

import org.jspecify.annotations.Nullable;

/**
 * The server's own counts of tokens, as the last event that had them says.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class UsageCounts {
    private boolean seen;
    private long promptTokens = AnswerScanner.NO_COUNT;
    private long completionTokens = AnswerScanner.NO_COUNT;
    private long ofFirstChunk = AnswerScanner.NO_COUNT;

    void clear() {
        seen = false;
        promptTokens = AnswerScanner.NO_COUNT;
        completionTokens = AnswerScanner.NO_COUNT;
        ofFirstChunk = AnswerScanner.NO_COUNT;
    }

    /**
     * Adds the counts of one event; {@link AnswerScanner#NO_COUNT} for a count that is absent or invalid.
     *
     * @param withFirstChunk whether it is the event of the first chunk with content
     */
    void take(long prompt, long completion, boolean withFirstChunk) {
        seen = true;
        promptTokens = prompt >= 0 ? prompt : promptTokens;
        completionTokens = completion >= 0 ? completion : completionTokens;
        if (withFirstChunk) {
            ofFirstChunk = completion;
        }
    }

    boolean seen() {
        return seen;
    }

    /** Null where the server gave no count that can be one. */
    @Nullable
    Integer promptTokens() {
        return promptTokens >= 0 ? Integer.valueOf((int) promptTokens) : null;
    }

    /** Null where the server gave no count that can be one. */
    @Nullable
    Integer completionTokens() {
        return completionTokens >= 0 ? Integer.valueOf((int) completionTokens) : null;
    }

    /**
     * The count that came with the first chunk, where the server counts on from there; null otherwise.
     *
     * @param chunks of the answer
     */
    @Nullable
    Integer ofFirstChunk(int chunks) {
        boolean cumulative = ofFirstChunk > 0 && (ofFirstChunk < completionTokens || chunks == 1);
        return cumulative ? Integer.valueOf((int) ofFirstChunk) : null;
    }
}
