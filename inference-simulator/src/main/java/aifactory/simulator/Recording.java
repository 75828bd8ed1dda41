package aifactory.simulator;

import java.util.List;

/**
 * A response as a server sent it, to be sent again with its timing.
 *
 * @param name unique among the recordings of a server; a request asks for it as its model
 * @param path of the request that was answered, without its query
 * @param response in the order in which it was received
 * @param end what happened to the connection afterwards
 */
public record Recording(String name, String path, List<Segment> response, End end) {
    /** What happens to the connection after the last segment. */
    public enum End {
        /** It stays open, for the next request. */
        OPEN,
        /** The server closes it. */
        CLOSE,
        /** The server resets it. */
        RESET
    }

    /**
     * Bytes that were received together.
     *
     * @param delayNanos from the segment before, or from the request's receipt, to these bytes
     * @param bytes not to be changed; empty for a pause before the end
     */
    @SuppressWarnings("ArrayRecordComponent") // sent as it is, never compared
    public record Segment(long delayNanos, byte[] bytes) {}

    public Recording {
        response = List.copyOf(response);
    }

    /** The same response in other segments, or with another timing. */
    public Recording withResponse(List<Segment> newResponse) {
        return new Recording(name, path, newResponse, end);
    }
}
