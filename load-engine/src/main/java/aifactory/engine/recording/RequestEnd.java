package aifactory.engine.recording;

import aifactory.measurement.FailureKind;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.TokenSource;
import org.jspecify.annotations.Nullable;

/**
 * How a request ended.
 *
 * @param failure with {@link RequestOutcome#FAILED}
 * @param httpStatus 0 when no answer came
 * @param response what the answer said of itself
 */
public record RequestEnd(
        RequestOutcome outcome,
        @Nullable FailureKind failure,
        @Nullable String detail,
        int httpStatus,
        int inputTokens,
        int outputTokens,
        @Nullable TokenSource tokenSource,
        ResponseDetails response) {

    /** Of a request whose answer is not known to have said anything of itself. */
    public RequestEnd(
            RequestOutcome outcome,
            @Nullable FailureKind failure,
            @Nullable String detail,
            int httpStatus,
            int inputTokens,
            int outputTokens,
            @Nullable TokenSource tokenSource) {
        this(outcome, failure, detail, httpStatus, inputTokens, outputTokens, tokenSource, ResponseDetails.NONE);
    }

    /**
     * The same with the output tokens that a tokenizer has counted: they are the request's, unless the server's own
     * count is.
     *
     * @param ofFirstChunk how many of them the first chunk with content carried, null where that could not be counted
     */
    public RequestEnd counted(int tokens, @Nullable Integer ofFirstChunk) {
        boolean byServer = tokenSource == TokenSource.USAGE;
        return new RequestEnd(
                outcome,
                failure,
                detail,
                httpStatus,
                inputTokens,
                byServer ? outputTokens : tokens,
                byServer ? TokenSource.USAGE : TokenSource.TOKENIZER,
                response.counted(tokens, ofFirstChunk));
    }

    /** The same with the check of its document. */
    public RequestEnd withDocument(boolean valid) {
        return new RequestEnd(
                outcome,
                failure,
                detail,
                httpStatus,
                inputTokens,
                outputTokens,
                tokenSource,
                response.withDocument(valid));
    }
}
