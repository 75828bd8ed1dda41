package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import java.util.Arrays;

/**
 * Remembers the last event that held just one piece of content. The events of all streams of a server differ in little but that
 * piece, and a few values that are not measured, such as the answer's id: an event that agrees in all the rest, and has valid values in
 * those places, has the same structure and need not be scanned again.
 *
 * <p>Not thread-safe: belongs to one event loop, whose connections share it, so that it stays in the core's cache.
 */
final class EventTemplate {
    private static final byte CONTENT = 0;
    private static final byte STRING = 1;
    private static final byte NUMBER = 2;

    private final boolean reasoning;
    private byte[] event = new byte[0];
    private int length;
    /** The places whose value may differ, in ascending order: from, to, and of which kind it is. */
    private final int[] placeFrom = new int[AnswerScanner.MOST_PLACES + 1];

    private final int[] placeTo = new int[AnswerScanner.MOST_PLACES + 1];
    private final byte[] placeKind = new byte[AnswerScanner.MOST_PLACES + 1];
    private int places;

    /**
     * @param reasoning whether the piece of content is reasoning
     */
    EventTemplate(boolean reasoning) {
        this.reasoning = reasoning;
    }

    boolean isReasoning() {
        return reasoning;
    }

    void remember(byte[] bytes, int from, int to, AnswerScanner scanned) {
        if (event.length < to - from) {
            event = new byte[Math.max(512, (to - from) * 2)];
        }
        System.arraycopy(bytes, from, event, 0, to - from);
        length = to - from;
        places = 0;
        boolean contentAdded = false;
        for (int i = 0; i < scanned.unmeasuredPlaces; i++) {
            if (!contentAdded && scanned.unmeasuredFrom[i] > scanned.contentFrom) {
                add(scanned.contentFrom - from, scanned.contentTo - from, CONTENT);
                contentAdded = true;
            }
            int placeStart = scanned.unmeasuredFrom[i];
            boolean string = bytes[placeStart - 1] == '"';
            add(placeStart - from, scanned.unmeasuredTo[i] - from, string ? STRING : NUMBER);
        }
        if (!contentAdded) {
            add(scanned.contentFrom - from, scanned.contentTo - from, CONTENT);
        }
    }

    private void add(int from, int to, byte kind) {
        placeFrom[places] = from;
        placeTo[places] = to;
        placeKind[places] = kind;
        places++;
    }

    /**
     * Whether the event is the remembered one with other values in the places that may differ, and a piece of content that is not
     * empty.
     */
    boolean matches(byte[] bytes, int from, int to) throws AnswerFault {
        if (length == 0) {
            return false;
        }
        int same = 0;
        int position = from;
        for (int i = 0; i < places; i++) {
            int next = position + placeFrom[i] - same;
            if (next >= to || !Arrays.equals(event, same, placeFrom[i], bytes, position, next)) {
                return false;
            }
            position = placeKind[i] == NUMBER
                    ? wholeNumberEnd(bytes, next, to)
                    : JsonStrings.closingQuote(bytes, next, to);
            if (position == next && placeKind[i] != STRING) {
                return false;
            }
            same = placeTo[i];
        }
        return Arrays.equals(event, same, length, bytes, position, to);
    }

    /** The place behind a number without sign, fraction or exponent; {@code from} when there is none. */
    private static int wholeNumberEnd(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to && bytes[position] >= '0' && bytes[position] <= '9') {
            position++;
        }
        boolean leadingZero = position - from > 1 && bytes[from] == '0';
        return leadingZero ? from : position;
    }
}
