package aifactory.engine.loop;

import aifactory.workload.SeededHash;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.RequestBodyEncoder;
import java.util.List;

/**
 * Makes the bytes of requests. Thread-safe: one thread encodes ahead, another the turns of sessions, and the prompts are asked by
 * one of them at a time.
 */
final class RequestEncoder {
    private final WorkloadSpecification specification;
    private final PromptSource prompts;
    private final RequestBodyEncoder bodies;
    private final List<RequestHeadEncoder> heads;

    /**
     * @param model the model's name at the servers
     * @param heads by target
     */
    RequestEncoder(
            WorkloadSpecification specification, String model, PromptSource prompts, List<RequestHeadEncoder> heads) {
        this.specification = specification;
        this.prompts = prompts;
        this.bodies = new RequestBodyEncoder(specification, model, prompts);
        this.heads = List.copyOf(heads);
    }

    /** The session's first request. */
    synchronized EncodedRequest first(Session session) {
        SessionProgress progress = new SessionProgress(session);
        return encode(progress, session.scheduledNanos(), session.turns() > 1);
    }

    /** The pause before the session's next turn. */
    synchronized long thinkNanos(SessionProgress progress) {
        return prompts.thinkNanos(progress.session().number(), progress.turn());
    }

    /**
     * The request of the session's next turn.
     *
     * @param scheduledNanos when it is due since T0
     */
    synchronized EncodedRequest next(SessionProgress progress, long scheduledNanos) {
        return encode(progress, scheduledNanos, true);
    }

    private EncodedRequest encode(SessionProgress progress, long scheduledNanos, boolean ofSession) {
        Session session = progress.session();
        long index = session.index(progress.turn());
        // A session stays with one replica, as a router that minds prefix caches would keep it.
        int target = (int) (session.number() % heads.size());
        RequestBodyEncoder.EncodedBody body = bodies.encode(session, progress.turn(), progress.answers());
        long bits = SeededHash.bits(specification.seed(), SeededHash.Purpose.CANCEL, index);
        return new EncodedRequest(
                index,
                scheduledNanos,
                target,
                heads.get(target).prepend(index, body.bytes()),
                body.inputTokens(),
                body.outputTokens(),
                SeededHash.unit(bits) < specification.cancelShare(),
                ofSession ? progress : null);
    }
}
