package aifactory.engine.loop;

import aifactory.workload.SeededHash;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.RequestBodyEncoder;
import aifactory.workload.session.SessionSequence;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This client's requests in the order of their indices, each encoded when it is asked for.
 *
 * <p>Not thread-safe: belongs to the encoding thread.
 */
final class RequestSequence {
    private final WorkloadSpecification specification;
    private final SessionSequence sessions;
    private final RequestBodyEncoder bodies;
    private final List<RequestHeadEncoder> heads;

    /**
     * @param sessions this client's own
     * @param heads by target
     */
    RequestSequence(
            WorkloadSpecification specification,
            SessionSequence sessions,
            RequestBodyEncoder bodies,
            List<RequestHeadEncoder> heads) {
        this.specification = specification;
        this.sessions = sessions;
        this.bodies = bodies;
        this.heads = List.copyOf(heads);
    }

    /** The next request, or null when there is none any more. */
    @Nullable
    EncodedRequest next() {
        Session session = sessions.next();
        return session == null ? null : encode(session);
    }

    private EncodedRequest encode(Session session) {
        long index = session.firstIndex();
        // A session stays with one replica, as a router that minds prefix caches would keep it.
        int target = (int) (session.number() % heads.size());
        RequestBodyEncoder.EncodedBody body = bodies.encode(session);
        long bits = SeededHash.bits(specification.seed(), SeededHash.Purpose.CANCEL, index);
        return new EncodedRequest(
                index,
                session.scheduledNanos(),
                target,
                heads.get(target).prepend(index, body.bytes()),
                body.inputTokens(),
                SeededHash.unit(bits) < specification.cancelShare());
    }
}
