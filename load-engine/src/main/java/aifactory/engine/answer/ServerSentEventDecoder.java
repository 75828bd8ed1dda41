package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.util.Arrays;

/**
 * Decodes server-sent events (WHATWG HTML, 9.2.6) incrementally. Only {@code data} matters here; comments and other fields are
 * passed over. An event whose only data line and the empty line after it lie in one read is passed on where it lies; others are
 * gathered. Allocates nothing in steady state, and nothing at all as long as nothing has to be gathered.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
public final class ServerSentEventDecoder {
    /** Receives the data of each event. */
    @FunctionalInterface
    public interface EventHandler {
        /**
         * @param data valid only during the call
         * @throws AnswerFault when the event is not as it should be
         */
        void event(byte[] data, int from, int to) throws AnswerFault;
    }

    private final int maximumEventBytes;
    private boolean first = true;
    private boolean skipLineFeed;
    private byte[] carriedLine = {};
    private int carriedLength;
    private byte[] data = {};
    private int dataLength;
    private boolean hasData;

    /**
     * @param maximumEventBytes the longest line, and the longest data of one event
     */
    public ServerSentEventDecoder(int maximumEventBytes) {
        this.maximumEventBytes = maximumEventBytes;
    }

    /** Makes ready for the next stream. */
    public void reset() {
        first = true;
        skipLineFeed = false;
        carriedLength = 0;
        dataLength = 0;
        hasData = false;
    }

    /** Whether the next byte begins an event that is not the first. */
    boolean isBetweenEvents() {
        return !first && !skipLineFeed && carriedLength == 0 && !hasData;
    }

    /**
     * Decodes some bytes of the stream.
     *
     * @throws AnswerFault for an event beyond the limit, or whatever the handler throws
     */
    public void decode(byte[] bytes, int from, int to, EventHandler handler) throws AnswerFault {
        int position = from;
        while (position < to) {
            if (skipLineFeed) {
                skipLineFeed = false;
                if (bytes[position] == '\n') {
                    position++;
                    continue;
                }
            }
            int end = ByteSearch.lineEnd(bytes, position, to);
            if (end == to) {
                carry(bytes, position, to);
                return;
            }
            int next = end + 1;
            if (bytes[end] == '\r') {
                if (next == to) {
                    skipLineFeed = true;
                } else if (bytes[next] == '\n') {
                    next++;
                }
            }
            position = carriedLength == 0
                    ? line(bytes, position, end, next, to, handler)
                    : carriedLine(bytes, position, end, next, to, handler);
        }
    }

    private int carriedLine(byte[] bytes, int from, int end, int next, int to, EventHandler handler)
            throws AnswerFault {
        carry(bytes, from, end);
        int length = carriedLength;
        carriedLength = 0;
        // The bytes after the line are not in the carried array: an empty range there keeps the line from being used in
        // place.
        line(carriedLine, 0, length, length, length, handler);
        return Math.min(next, to);
    }

    /** Reads one line; returns the place after it, or after the empty line that follows when it used that too. */
    private int line(byte[] bytes, int start, int end, int next, int to, EventHandler handler) throws AnswerFault {
        int from = start;
        if (first) {
            first = false;
            from = withoutByteOrderMark(bytes, start, end);
        }
        if (from == end) {
            dispatch(handler);
            return next;
        }
        if (!isDataField(bytes, from, end)) {
            return next;
        }
        int valueFrom = Math.min(from + 5, end);
        if (valueFrom < end && bytes[valueFrom] == ' ') {
            valueFrom++;
        }
        boolean completeHere = !hasData && !skipLineFeed && next < to && (bytes[next] == '\n' || bytes[next] == '\r');
        if (!completeHere) {
            gather(bytes, valueFrom, end);
            return next;
        }
        int after = next + 1;
        if (bytes[next] == '\r') {
            if (after == to) {
                skipLineFeed = true;
            } else if (bytes[after] == '\n') {
                after++;
            }
        }
        checkLength(end - valueFrom);
        handler.event(bytes, valueFrom, end);
        return after;
    }

    private void dispatch(EventHandler handler) throws AnswerFault {
        if (!hasData) {
            return;
        }
        hasData = false;
        int length = dataLength;
        dataLength = 0;
        handler.event(data, 0, length);
    }

    private static int withoutByteOrderMark(byte[] bytes, int from, int to) {
        boolean marked = to - from >= 3
                && bytes[from] == (byte) 0xef
                && bytes[from + 1] == (byte) 0xbb
                && bytes[from + 2] == (byte) 0xbf;
        return marked ? from + 3 : from;
    }

    /** {@code data} alone or {@code data:} with anything behind it. */
    private static boolean isDataField(byte[] bytes, int from, int to) {
        return to - from >= 4
                && bytes[from] == 'd'
                && bytes[from + 1] == 'a'
                && bytes[from + 2] == 't'
                && bytes[from + 3] == 'a'
                && (to - from == 4 || bytes[from + 4] == ':');
    }

    private void gather(byte[] bytes, int from, int to) throws AnswerFault {
        int separator = hasData ? 1 : 0;
        int needed = dataLength + separator + to - from;
        checkLength(needed);
        if (needed > data.length) {
            data = Arrays.copyOf(data, Math.max(needed, Math.max(512, data.length * 2)));
        }
        if (hasData) {
            data[dataLength++] = '\n';
        }
        System.arraycopy(bytes, from, data, dataLength, to - from);
        dataLength = needed;
        hasData = true;
    }

    private void carry(byte[] bytes, int from, int to) throws AnswerFault {
        int needed = carriedLength + to - from;
        checkLength(needed);
        if (needed > carriedLine.length) {
            carriedLine = Arrays.copyOf(carriedLine, Math.max(needed, Math.max(512, carriedLine.length * 2)));
        }
        System.arraycopy(bytes, from, carriedLine, carriedLength, to - from);
        carriedLength = needed;
    }

    private void checkLength(int length) throws AnswerFault {
        if (length > maximumEventBytes) {
            throw new AnswerFault(
                    FailureKind.OVERSIZED_EVENT, "a server-sent event of more than " + maximumEventBytes + " bytes");
        }
    }
}
