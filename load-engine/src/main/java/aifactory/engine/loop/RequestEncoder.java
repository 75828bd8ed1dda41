package aifactory.engine.loop;

import aifactory.workload.SeededHash;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.RequestBodyEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bytes of requests. Thread-safe: one thread encodes ahead, another the turns of sessions, and the prompts
 * are asked by one of them at a time.
 */
final class RequestEncoder {
    private final WorkloadSpecification specification;
    private final PromptSource prompts;
    private final RequestBodyEncoder bodies;
    private final List<RequestHeadEncoder> heads;
    private final @Nullable KeyRenewal keys;

    /**
     * @param model the model's name at the servers
     * @param heads by target
     * @param keys gives the current key; null where there is none, or one that does not change
     */
    RequestEncoder(
            WorkloadSpecification specification,
            String model,
            PromptSource prompts,
            List<RequestHeadEncoder> heads,
            @Nullable KeyRenewal keys) {
        this.specification = specification;
        this.prompts = prompts;
        this.bodies = new RequestBodyEncoder(specification, model, prompts);
        this.heads = List.copyOf(heads);
        this.keys = keys;
    }

    /** The session's first request. */
    synchronized EncodedRequest first(Session session) {
        SessionProgress progress = new SessionProgress(session);
        return encode(progress, 0, session.scheduledNanos(), session.turns() > 1);
    }

    /**
     * The requests of a session that wait for nothing more, now that a turn has been answered. Each is returned once.
     *
     * @param answered the turn
     * @param endNanos requests that are due from then on, since T0, are not made
     */
    synchronized List<EncodedRequest> released(SessionProgress progress, int answered, long endNanos) {
        List<EncodedRequest> requests = new ArrayList<>();
        Session session = progress.session();
        for (int turn = answered + 1; turn < session.turns(); turn++) {
            List<Integer> waitsFor = progress.isReleased(turn) ? List.of() : prompts.waitsFor(session.number(), turn);
            if (!waitsFor.contains(answered)) {
                continue;
            }
            long answeredNanos = progress.lastAnsweredNanos(waitsFor);
            if (answeredNanos >= 0) {
                progress.release(turn);
                long dueNanos = dueNanos(session, turn, answeredNanos);
                if (dueNanos < endNanos) {
                    requests.add(encode(progress, turn, dueNanos, true));
                }
            }
        }
        return requests;
    }

    private long dueNanos(Session session, int turn, long answeredNanos) {
        long dueNanos = answeredNanos + prompts.thinkNanos(session.number(), turn);
        long offsetNanos = prompts.offsetNanos(session.number(), turn);
        return offsetNanos == PromptSource.NO_OFFSET
                ? dueNanos
                : Math.max(dueNanos, session.scheduledNanos() + offsetNanos);
    }

    private EncodedRequest encode(SessionProgress progress, int turn, long scheduledNanos, boolean ofSession) {
        Session session = progress.session();
        long index = session.index(turn);
        // A session stays with one replica, as a router that minds prefix caches would keep it.
        int target = (int) (session.number() % heads.size());
        RequestBodyEncoder.EncodedBody body = bodies.encode(session, turn, progress.answers());
        RequestHeadEncoder head = heads.get(target);
        KeyLine key = keys == null ? null : keys.current();
        long bits = SeededHash.bits(specification.seed(), SeededHash.Purpose.CANCEL, index);
        return new EncodedRequest(
                index,
                scheduledNanos,
                target,
                head.prepend(index, body.bytes(), key),
                body.inputTokens(),
                body.outputTokens(),
                SeededHash.unit(bits) < specification.cancelShare(),
                key,
                head.keyFrom(),
                ofSession ? progress : null,
                turn,
                isFollowed(session, turn));
    }

    private boolean isFollowed(Session session, int turn) {
        for (int later = turn + 1; later < session.turns(); later++) {
            if (prompts.waitsFor(session.number(), later).contains(turn)) {
                return true;
            }
        }
        return false;
    }
}
