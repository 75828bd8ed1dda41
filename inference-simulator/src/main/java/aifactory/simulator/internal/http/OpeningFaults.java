package aifactory.simulator.internal.http;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.generation.AnswerChannel;
import aifactory.simulator.internal.generation.Generation.Arrival;
import aifactory.simulator.internal.generation.OpenAiErrors;
import io.netty.buffer.Unpooled;

/** The faults of requests that never get to be generated. */
final class OpeningFaults {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private OpeningFaults() {}

    /**
     * Applies the faults that do not depend on the request.
     *
     * @return whether the request is done with
     */
    static boolean happen(AnswerFaults faults, AnswerChannel channel) {
        if (faults.has(FaultKind.SPLIT)) {
            channel.split(
                    (int) faults.number(FaultKind.SPLIT, FaultParameter.BYTES, 1),
                    faults.number(FaultKind.SPLIT, FaultParameter.GAP, 0));
        }
        if (faults.has(FaultKind.NEVER_ANSWER)) {
            return true;
        }
        if (faults.has(FaultKind.RESET_BEFORE_ANSWER)) {
            channel.reset();
            return true;
        }
        if (faults.has(FaultKind.CLOSE_BEFORE_ANSWER)) {
            channel.finish(Unpooled.EMPTY_BUFFER, true);
            return true;
        }
        if (faults.has(FaultKind.STATUS)) {
            status(faults).sendTo(channel, false);
            return true;
        }
        return false;
    }

    /**
     * Answers with an error object in a 200, where that is the fault of a valid request.
     *
     * @return whether the request is done with
     */
    static boolean replaceBody(Arrival arrival, AnswerChannel channel) {
        AnswerFaults faults = arrival.faults();
        boolean isEventWithoutStream =
                faults.has(FaultKind.ERROR_EVENT) && !arrival.request().streamed();
        if (!faults.has(FaultKind.ERROR_BODY) && !isEventWithoutStream) {
            return false;
        }
        PlainAnswer.json(OpenAiErrors.json(500, OpenAiErrors.simulatedMessage(500), null))
                .sendTo(channel, false);
        return true;
    }

    private static PlainAnswer status(AnswerFaults faults) {
        int status = (int) faults.number(FaultKind.STATUS, FaultParameter.CODE, 500);
        PlainAnswer answer = PlainAnswer.error(status, OpenAiErrors.simulatedMessage(status), null);
        long retryAfter = faults.number(FaultKind.STATUS, FaultParameter.RETRY_AFTER, -1);
        return retryAfter < 0
                ? answer
                : answer.withHeader("retry-after", Long.toString(Math.ceilDiv(retryAfter, NANOS_PER_SECOND)));
    }
}
