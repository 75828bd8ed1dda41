package aifactory.engine.answer;

import org.jspecify.annotations.Nullable;

/**
 * What answers are expected, and what of them is wanted.
 *
 * @param streaming whether the requests ask for streams
 * @param embeddings whether the requests ask for embeddings instead of generated content
 * @param contentPointer where the content is in the answers of an endpoint that is not a known one; null for those
 * @param keepsText whether the text of an answer is kept to its end: the next turn of its session carries it, or its tokens are counted
 */
public record AnswerKind(
        boolean streaming, boolean embeddings, @Nullable String contentPointer, boolean keepsText) {

    /** Of an endpoint that generates. */
    public AnswerKind(boolean streaming, @Nullable String contentPointer, boolean keepsText) {
        this(streaming, false, contentPointer, keepsText);
    }
}
