package aifactory.engine.loop;

import aifactory.engine.recording.RequestIdentity;
import aifactory.engine.recording.RequestStamps;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been started and has not ended. Reused from request to request, so that its buffers stay; linked
 * with the others of its event loop in the order in which they time out.
 */
final class ActiveRequest {
    final RequestStamps stamps = new RequestStamps();

    @Nullable
    ActiveRequest earlier;

    @Nullable
    ActiveRequest later;

    @Nullable
    StreamConnection connection;

    boolean retried;
    /** Whether the key was renewed because a server refused it to this request. */
    boolean keyRenewed;
    /** The renewable key that it was sent with last; null for none. */
    @Nullable
    KeyLine sentKey;

    /** Of the time that its connection took to open, what was certainly not the client's. */
    long openingOfOthersNanos;

    /** In closed loop, how many requests of its slot have failed one after the other before it. */
    int failuresBefore;
    /** The text of the complete answer, if the session continues. */
    byte @Nullable [] answer;

    private @Nullable EncodedRequest request;

    void begin(EncodedRequest encoded, long scheduledNanos, long capDelayNanos, long nowNanos) {
        request = encoded;
        retried = false;
        keyRenewed = false;
        openingOfOthersNanos = 0;
        failuresBefore = 0;
        stamps.begin(scheduledNanos, capDelayNanos, nowNanos);
    }

    EncodedRequest request() {
        if (request == null) {
            throw new IllegalStateException("no request");
        }
        return request;
    }

    StreamConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("an active request without a connection");
        }
        return connection;
    }

    RequestIdentity identity() {
        return identityOf(request());
    }

    static RequestIdentity identityOf(EncodedRequest request) {
        SessionProgress session = request.session();
        return session == null
                ? new RequestIdentity(request.index(), request.target(), null, 0, request.requestedOutputTokens())
                : new RequestIdentity(
                        request.index(),
                        request.target(),
                        session.session().number(),
                        request.turn(),
                        request.requestedOutputTokens());
    }

    void release() {
        request = null;
        sentKey = null;
        answer = null;
        connection = null;
    }
}
