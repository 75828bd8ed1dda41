package aifactory.engine.loop;

import aifactory.engine.EngineSettings;
import aifactory.engine.answer.AnswerKind;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestTemplate;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;

/**
 * One event loop's share of the work.
 *
 * @param concurrency of this event loop, {@link Integer#MAX_VALUE} where the workload sets none
 * @param maximumInFlight requests that this event loop can carry
 * @param turns encodes the later turns of sessions
 * @param tokens counts those of answers whose server did not
 * @param maximumConnections that this event loop may have open, for every connection is an open file
 */
record LoopPlan(
        WorkloadSpecification specification,
        int concurrency,
        int maximumInFlight,
        int maximumConnections,
        EngineSettings settings,
        TurnEncoder turns,
        TokenCounter tokens) {

    AnswerKind answerKind() {
        RequestTemplate template = specification.endpoint() == Endpoint.TEMPLATE ? specification.template() : null;
        return new AnswerKind(
                specification.streaming(),
                template == null ? null : template.contentPointer(),
                specification.conversation() != null || tokens.counts());
    }

    /** From when on no request is taken up, since T0; {@link Long#MAX_VALUE} for no such end. */
    long endNanos() {
        Duration planned = specification.plannedDuration();
        return planned == null ? Long.MAX_VALUE : planned.toNanos();
    }

    long timeoutNanos() {
        return specification.timeout().toNanos();
    }

    ArrivalDriver driver(LoadLoop loop) {
        if (specification.arrivalPattern().isOpenLoop()) {
            return new OpenLoopDriver(
                    loop, concurrency, timeoutNanos(), settings.spin().toNanos());
        }
        return new ClosedLoopDriver(
                loop,
                concurrency,
                specification.concurrencyRampUp().toNanos(),
                specification.thinkTime().toNanos(),
                endNanos());
    }
}
