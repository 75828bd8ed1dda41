package aifactory.engine.recording;

import aifactory.measurement.FailureKind;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.TokenSource;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param failure with {@link RequestOutcome#FAILED}
 * @param httpStatus 0 when no answer came
 */
public record RequestEnd(
        RequestOutcome outcome,
        @Nullable FailureKind failure,
        @Nullable String detail,
        int httpStatus,
        int inputTokens,
        int outputTokens,
        @Nullable TokenSource tokenSource) {

    /** The same with the output tokens that a tokenizer has counted. */
    public RequestEnd counted(int tokens) {
        return new RequestEnd(outcome, failure, detail, httpStatus, inputTokens, tokens, TokenSource.TOKENIZER);
    }
}
