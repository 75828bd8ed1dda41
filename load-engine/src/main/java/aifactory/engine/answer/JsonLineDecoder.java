package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.util.Arrays;

/**
 * Cuts a stream of lines of JSON (NDJSON) into its lines. A line that is complete in one read is passed on without a
 * copy.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class JsonLineDecoder {
    private final int maximumLineBytes;
    private byte[] carried = {};
    private int length;

    JsonLineDecoder(int maximumLineBytes) {
        this.maximumLineBytes = maximumLineBytes;
    }

    /** Makes ready for the next stream. */
    void reset() {
        length = 0;
    }

    /** Whether no part of a line has been read whose end has not. */
    boolean isBetweenLines() {
        return length == 0;
    }

    /** The incomplete line. */
    byte[] begun() {
        return Arrays.copyOf(carried, length);
    }

    void decode(byte[] bytes, int from, int to, ServerSentEventDecoder.EventHandler handler) throws AnswerFault {
        int position = from;
        while (position < to) {
            int end = ByteSearch.lineEnd(bytes, position, to);
            if (end == to) {
                carry(bytes, position, to);
                return;
            }
            if (length > 0) {
                carry(bytes, position, end);
                end(handler);
            } else if (end > position) {
                handler.event(bytes, position, end);
            }
            position = end + 1;
        }
    }

    /** The stream has ended: takes what was carried as the last line. */
    void end(ServerSentEventDecoder.EventHandler handler) throws AnswerFault {
        int whole = length;
        length = 0;
        if (whole > 0) {
            handler.event(carried, 0, whole);
        }
    }

    private void carry(byte[] bytes, int from, int to) throws AnswerFault {
        int needed = length + to - from;
        if (needed > maximumLineBytes) {
            throw new AnswerFault(FailureKind.OVERSIZED_EVENT, "a line of more than " + maximumLineBytes + " bytes");
        }
        if (needed > carried.length) {
            carried = Arrays.copyOf(carried, Math.max(needed, Math.max(512, carried.length * 2)));
        }
        System.arraycopy(bytes, from, carried, length, to - from);
        length = needed;
    }
}
