package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.internal.fault.AnswerFaults;

/** The usage that an answer claims. */
final class Usage {
    private Usage() {}

    /** Whether the answer includes its usage. */
    static boolean isTold(AnswerFaults faults) {
        return !faults.has(FaultKind.NO_USAGE);
    }

    /** The object of an answer with so many tokens, as far as it got. */
    static String json(int promptTokens, int generatedTokens, int reasoningTokens, AnswerFaults faults) {
        long completion = generatedTokens + faults.number(FaultKind.WRONG_USAGE, FaultParameter.COUNT, 0);
        String details = reasoningTokens == 0
                ? ""
                : ",\"completion_tokens_details\":{\"reasoning_tokens\":" + reasoningTokens + "}";
        return "{\"prompt_tokens\":" + promptTokens + ",\"total_tokens\":" + (promptTokens + completion)
                + ",\"completion_tokens\":" + completion + details + "}";
    }
}
