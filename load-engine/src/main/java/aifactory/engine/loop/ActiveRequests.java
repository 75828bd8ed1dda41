package aifactory.engine.loop;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The requests that an event loop has started and that have not ended, in the order in which they time out. Ended
 * requests are reused.
 *
 * <p>Belongs to its event loop.
 */
final class ActiveRequests {
    /** Before the earliest and behind the latest. */
    private final ActiveRequest ends = new ActiveRequest();

    private final ArrayDeque<ActiveRequest> unused = new ArrayDeque<>();
    private int size;

    ActiveRequests() {
        ends.earlier = ends;
        ends.later = ends;
    }

    int size() {
        return size;
    }

    /** The one that times out first, or null. */
    @Nullable
    ActiveRequest earliest() {
        ActiveRequest earliest = ends.later;
        return earliest == ends ? null : earliest;
    }

    /** Starts a request at the end of the list. */
    ActiveRequest begin(EncodedRequest request, long scheduledNanos, long capDelayNanos, long nowNanos) {
        ActiveRequest begun = unused.isEmpty() ? new ActiveRequest() : unused.removeFirst();
        begun.begin(request, scheduledNanos, capDelayNanos, nowNanos);
        link(begun);
        size++;
        return begun;
    }

    /** The request must not be used after this call. */
    void end(ActiveRequest request) {
        unlink(request);
        request.release();
        unused.addFirst(request);
        size--;
    }

    private void link(ActiveRequest request) {
        ActiveRequest last = ends.earlier;
        if (last == null) {
            throw new IllegalStateException("the list of active requests is broken");
        }
        request.earlier = last;
        request.later = ends;
        last.later = request;
        ends.earlier = request;
    }

    private static void unlink(ActiveRequest request) {
        if (request.earlier == null || request.later == null) {
            throw new IllegalStateException("an ended request that was not active");
        }
        request.earlier.later = request.later;
        request.later.earlier = request.earlier;
        request.earlier = null;
        request.later = null;
    }
}
