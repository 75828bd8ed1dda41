package aifactory.engine.answer;

import org.jspecify.annotations.Nullable;

/**
 * What answers are expected, and what of them is wanted.
 *
 * @param streaming whether the requests ask for streams
 * @param contentPointer where the content is in the answers of an endpoint that is not a known one; null for those
 * @param keepsText whether the text of an answer is kept to its end: the next turn of its session carries it, or its tokens are counted
 */
public record AnswerKind(boolean streaming, @Nullable String contentPointer, boolean keepsText) {}
