package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import java.util.Arrays;

/**
 * Remembers the last event of a stream that held just one piece of content. The events of a stream differ in little but that
 * piece: one with the same bytes before it and behind it, and a valid string in between, has the same structure and need not be
 * scanned again.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class EventTemplate {
    private byte[] event = new byte[0];
    private int contentFrom;
    private int contentTo;
    private int length;
    private boolean reasoning;

    void forget() {
        length = 0;
    }

    void remember(byte[] bytes, int from, int to, AnswerScanner scanned) {
        if (event.length < to - from) {
            event = new byte[Math.max(512, (to - from) * 2)];
        }
        System.arraycopy(bytes, from, event, 0, to - from);
        length = to - from;
        contentFrom = scanned.contentFrom - from;
        contentTo = scanned.contentTo - from;
        reasoning = scanned.reasoning;
    }

    boolean isReasoning() {
        return reasoning;
    }

    /** Whether the event is the remembered one with another piece of content, which is not empty. */
    boolean matches(byte[] bytes, int from, int to) throws AnswerFault {
        int suffix = length - contentTo;
        int otherContentFrom = from + contentFrom;
        int otherContentTo = to - suffix;
        return length > 0
                && otherContentTo > otherContentFrom
                && Arrays.equals(event, 0, contentFrom, bytes, from, otherContentFrom)
                && Arrays.equals(event, contentTo, length, bytes, otherContentTo, to)
                && JsonStrings.closingQuote(bytes, otherContentFrom, to) == otherContentTo;
    }
}
