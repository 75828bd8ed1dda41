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
 * @param keepsText whether the text of an answer is kept to its end: the next turn of its session carries it, or
 *     its tokens are counted
 */
public record AnswerKind(
        boolean streaming,
        boolean generates,
        @Nullable String contentPointer,
        @Nullable Dialect dialect,
        boolean keepsText) {

    /** Of an endpoint that generates. */
    public AnswerKind(boolean streaming, @Nullable String contentPointer, boolean keepsText) {
        this(streaming, true, contentPointer, null, keepsText);
    }
}
