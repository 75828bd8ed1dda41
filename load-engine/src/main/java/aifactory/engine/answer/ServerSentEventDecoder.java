package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.util.Arrays;

/**
 * Decodes server-sent events (WHATWG HTML, 9.2.6) incrementally. It processes {@code data}, the name of an event, and
 * extensions of some servers: a field {@code error}, or lines that are not fields. An event whose only data line and
 * the empty line after it are in one read is passed on without copying; others are gathered. Allocates nothing in
 * steady state, and nothing at all until an event has to be gathered.
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

        /** Lines that end with an empty one had no data among them: comments, names, numbers, times to wait. */
        default void withoutData() throws AnswerFault {}

        /** The value of a field {@code error}, which is no field of event streams, but of some servers. */
        default void errorField(byte[] bytes, int from, int to) throws AnswerFault {}

        /** A line that is no field of event streams. */
        default void strangeLine(byte[] bytes, int from, int to) throws AnswerFault {}
    }

    private static final int MOST_COMMENT_BYTES = 512;
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ERROR = {'e', 'r', 'r', 'o', 'r'};
    private static final byte[] ID = {'i', 'd'};
    private static final byte[] RETRY = {'r', 'e', 't', 'r', 'y'};

    private final int maximumEventBytes;
    private boolean first = true;
    private boolean skipLineFeed;
    private byte[] carriedLine = {};
    private int carriedLength;
    private byte[] data = {};
    private int dataLength;
    private boolean hasData;
    /** Whether the current event has a line that is no data. */
    private boolean hasOtherLines;

    private EventName name = EventName.NONE;
    private byte[] comment = {};
    private int commentLength;

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
        endEvent();
    }

    private void endEvent() {
        hasOtherLines = false;
        name = EventName.NONE;
        commentLength = 0;
    }

    /** Of the event that is being handled or received. */
    EventName name() {
        return name;
    }

    /** The comment of the event that is being handled or received; may be empty. */
    String comment() {
        return ErrorText.excerpt(comment, 0, commentLength);
    }

    /** The line that is being received. */
    byte[] carriedLine() {
        return Arrays.copyOf(carriedLine, carriedLength);
    }

    /** The data so far of the event that is being received. */
    byte[] begunData() {
        return Arrays.copyOf(data, dataLength);
    }

    /** Whether the next byte begins an event that is not the first. */
    boolean isBetweenEvents() {
        return !first && !skipLineFeed && carriedLength == 0 && !hasData && !hasOtherLines;
    }

    /**
     * Decodes some bytes of the stream.
     *
     * @throws AnswerFault for an event beyond the limit, and any fault of the handler
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

    /**
     * The stream has ended: takes an event for complete that lacks nothing but the empty line behind it.
     *
     * @throws AnswerFault any fault of the handler
     */
    void end(EventHandler handler) throws AnswerFault {
        if (carriedLength > 0) {
            int length = carriedLength;
            carriedLength = 0;
            line(carriedLine, 0, length, length, length, handler);
        }
        dispatch(handler);
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
        if (!isField(DATA, bytes, from, end)) {
            hasOtherLines = true;
            otherLine(bytes, from, end, handler);
            return next;
        }
        int valueFrom = valueFrom(DATA, bytes, from, end);
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
        if (hasOtherLines) {
            endEvent();
        }
        return after;
    }

    private void otherLine(byte[] bytes, int from, int end, EventHandler handler) throws AnswerFault {
        if (bytes[from] == ':') {
            keepComment(bytes, from + 1, end);
        } else if (isField(EVENT, bytes, from, end)) {
            name = EventName.of(bytes, valueFrom(EVENT, bytes, from, end), end);
        } else if (isField(ERROR, bytes, from, end)) {
            handler.errorField(bytes, valueFrom(ERROR, bytes, from, end), end);
        } else if (!isField(ID, bytes, from, end) && !isField(RETRY, bytes, from, end)) {
            handler.strangeLine(bytes, from, end);
        }
    }

    private void keepComment(byte[] bytes, int from, int to) {
        int length = Math.min(to - from, MOST_COMMENT_BYTES);
        if (comment.length < length) {
            comment = new byte[MOST_COMMENT_BYTES];
        }
        System.arraycopy(bytes, from, comment, 0, length);
        commentLength = length;
    }

    private void dispatch(EventHandler handler) throws AnswerFault {
        if (hasData) {
            hasData = false;
            int length = dataLength;
            dataLength = 0;
            handler.event(data, 0, length);
        } else if (hasOtherLines) {
            handler.withoutData();
        }
        endEvent();
    }

    private static int withoutByteOrderMark(byte[] bytes, int from, int to) {
        boolean marked = to - from >= 3
                && bytes[from] == (byte) 0xef
                && bytes[from + 1] == (byte) 0xbb
                && bytes[from + 2] == (byte) 0xbf;
        return marked ? from + 3 : from;
    }

    /** The name alone, or with a colon and anything behind it. */
    private static boolean isField(byte[] field, byte[] bytes, int from, int to) {
        int length = field.length;
        if (to - from < length || (to - from > length && bytes[from + length] != ':')) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[from + i] != field[i]) {
                return false;
            }
        }
        return true;
    }

    private static int valueFrom(byte[] field, byte[] bytes, int from, int to) {
        int valueFrom = Math.min(from + field.length + 1, to);
        return valueFrom < to && bytes[valueFrom] == ' ' ? valueFrom + 1 : valueFrom;
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
