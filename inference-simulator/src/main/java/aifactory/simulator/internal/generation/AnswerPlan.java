package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a request will yield, decided before it begins.
 *
 * @param tokens to generate; {@link #ENDLESS} without an end
 * @param reasoningTokens the first of them
 * @param tokensPerChunk at most
 * @param isToolCall whether the tokens are the arguments of a tool call
 * @param finishReason the reported finish reason
 * @param stallToken before which it pauses, or {@link AnswerFaults#NEVER}
 * @param stallNanos how long
 * @param ending how it ends
 * @param endingToken before which it ends if not completely; at most {@code tokens}
 */
record AnswerPlan(
        int tokens,
        int reasoningTokens,
        int tokensPerChunk,
        boolean isToolCall,
        FinishReason finishReason,
        int stallToken,
        long stallNanos,
        Ending ending,
        int endingToken) {

    /** An output that has no end, or one of some days. */
    static final int ENDLESS = Integer.MAX_VALUE - 1;

    private static final FaultKind[] EARLY_ENDINGS = {
        FaultKind.CUT, FaultKind.RESET, FaultKind.ERROR_EVENT, FaultKind.MALFORMED_CHUNK
    };

    /** How an answer ends. */
    enum Ending {
        COMPLETE,
        CUT,
        RESET,
        ERROR_EVENT,
        MALFORMED_CHUNK
    }

    /**
     * The plan of a request.
     *
     * @param maxTokens that it may generate
     */
    static AnswerPlan of(
            GenerationRequest request, int maxTokens, Output output, AnswerFaults faults, RandomGenerator random) {
        return of(request, maxTokens, AnswerText.NO_DOCUMENT, output, faults, random);
    }

    /**
     * The plan of a request that may ask for a document.
     *
     * @param maxTokens that it may generate
     * @param endOfDocument the tokens after which the text ends, or {@link AnswerText#NO_DOCUMENT}
     */
    static AnswerPlan of(
            GenerationRequest request,
            int maxTokens,
            int endOfDocument,
            Output output,
            AnswerFaults faults,
            RandomGenerator random) {
        boolean isDocument = endOfDocument != AnswerText.NO_DOCUMENT && !faults.has(FaultKind.NO_CONTENT);
        int tokens =
                isDocument ? Math.min(maxTokens, endOfDocument) : tokens(request, maxTokens, output, faults, random);
        boolean isChat = DialectForm.hasReasoning(request.endpoint());
        boolean isToolCall = isChat && faults.has(FaultKind.TOOL_CALL);
        boolean isWhole = tokens < maxTokens || tokens == endOfDocument;
        FinishReason reason = isWhole ? FinishReason.STOP : FinishReason.LENGTH;
        FaultKind early = earlyEnding(faults);
        int reasoning = (int) faults.number(FaultKind.REASONING, FaultParameter.COUNT, output.reasoningTokens());
        int stall = faults.token(FaultKind.STALL);
        return new AnswerPlan(
                tokens,
                isChat ? Math.min(tokens, reasoning) : 0,
                (int) faults.number(FaultKind.TOKENS_PER_CHUNK, FaultParameter.COUNT, output.tokensPerChunk()),
                isToolCall,
                isToolCall ? FinishReason.TOOL_CALLS : reason,
                stall == AnswerFaults.NEVER ? stall : Math.min(stall, Math.max(0, tokens - 1)),
                faults.number(FaultKind.STALL, FaultParameter.FOR, 0),
                ending(early),
                early == null ? AnswerFaults.NEVER : Math.min(tokens, faults.token(early)));
    }

    /** The place of a fault that happens to the chunk with this token: within the output, or never. */
    int within(int token) {
        return token == AnswerFaults.NEVER ? token : Math.min(token, tokens - 1);
    }

    private static int tokens(
            GenerationRequest request, int maxTokens, Output output, AnswerFaults faults, RandomGenerator random) {
        if (faults.has(FaultKind.NO_CONTENT)) {
            return 0;
        }
        if (faults.has(FaultKind.ENDLESS) && request.streamed()) {
            return ENDLESS;
        }
        if (request.ignoreEndOfSequence() || output.endOfSequenceProbability() == 0) {
            return maxTokens;
        }
        // The number of tokens up to and with the one that ends the output has a geometric distribution.
        double failures = Math.log1p(-random.nextDouble()) / Math.log1p(-output.endOfSequenceProbability());
        return (int) Math.min(maxTokens, request.minTokens() + Math.floor(failures) + 1);
    }

    private static @Nullable FaultKind earlyEnding(AnswerFaults faults) {
        FaultKind earliest = null;
        for (FaultKind kind : EARLY_ENDINGS) {
            if (faults.has(kind) && (earliest == null || faults.token(kind) < faults.token(earliest))) {
                earliest = kind;
            }
        }
        return earliest;
    }

    private static Ending ending(@Nullable FaultKind early) {
        return early == null ? Ending.COMPLETE : Ending.valueOf(early.name());
    }
}
