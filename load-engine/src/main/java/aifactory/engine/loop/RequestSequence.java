package aifactory.engine.loop;

import aifactory.workload.Session;
import aifactory.workload.session.SessionSequence;
import org.jspecify.annotations.Nullable;

/**
 * This client's requests in the order of their indices, each encoded when it is asked for; of sessions the first turns,
 * for the later ones carry answers.
 *
 * <p>Not thread-safe: belongs to the encoding thread.
 */
final class RequestSequence {
    private final SessionSequence sessions;
    private final RequestEncoder encoder;

    /**
     * @param sessions this client's own
     */
    RequestSequence(SessionSequence sessions, RequestEncoder encoder) {
        this.sessions = sessions;
        this.encoder = encoder;
    }

    /** The next request, or null after the last. */
    @Nullable
    EncodedRequest next() {
        Session session = sessions.next();
        return session == null ? null : encoder.first(session);
    }
}
