package aifactory.engine.answer;

import aifactory.workload.dialect.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * What answers are expected, and what of them is wanted.
 *
 * @param streaming whether the requests ask for streams
 * @param generates whether the requests ask for generated content, and not for embeddings or scores
 * @param contentPointer where the content is in the answers of an endpoint that is not a known one; null for those
 * @param dialect of the answers; null for those of OpenAI's older APIs, and of endpoints that are not known
 * @param keepsText whether the text of an answer is kept to its end: the next turn of its session carries it, its
 *     tokens are counted, or it is checked
 * @param droppedAboveBytes a longer text is no longer kept; {@link Integer#MAX_VALUE} where it is needed, so that a
 *     text that is too long fails the request
 */
public record AnswerKind(
        boolean streaming,
        boolean generates,
        @Nullable String contentPointer,
        @Nullable Dialect dialect,
        boolean keepsText,
        int droppedAboveBytes) {

    /** Where text is kept because it is needed. */
    public AnswerKind(
            boolean streaming,
            boolean generates,
            @Nullable String contentPointer,
            @Nullable Dialect dialect,
            boolean keepsText) {
        this(streaming, generates, contentPointer, dialect, keepsText, Integer.MAX_VALUE);
    }

    /** Of an endpoint that generates. */
    public AnswerKind(boolean streaming, @Nullable String contentPointer, boolean keepsText) {
        this(streaming, true, contentPointer, null, keepsText);
    }
}
