package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import java.util.Arrays;

/**
 * Remembers the last event that held just one piece of content. The events of all streams of a server differ in little
 * but that piece, and a few values that are not measured, such as the answer's id: an event that agrees in all the
 * rest, and has valid values in those places, has the same structure and need not be scanned again.
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
    /** Whether it has no line break, so that what agrees with it has none either. */
    private boolean oneLine;

    private long choiceBits;

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
        choiceBits = scanned.choiceBits;
        oneLine = ByteSearch.lineEnd(bytes, from, to) == to;
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

    /** The choices that the event is of, a bit each. */
    long choiceBits() {
        return choiceBits;
    }

    boolean isOneLine() {
        return oneLine;
    }

    /**
     * Finds where an event ends that is the remembered one with other values in the places that may differ, and a piece
     * of content that is not empty. A place whose bytes are the remembered ones is as valid as they were: only the
     * others are looked at.
     *
     * @return the place behind it, or -1 when there is no such event at {@code from}
     * @throws AnswerFault when a value is not valid, or does not end before {@code to}
     */
    int end(byte[] bytes, int from, int to) throws AnswerFault {
        if (length == 0) {
            return -1;
        }
        int read = from;
        int remembered = 0;
        int place = 0;
        while (true) {
            int rest = length - remembered;
            int same = Arrays.mismatch(event, remembered, length, bytes, read, Math.min(to, read + rest));
            if (same < 0) {
                return read + rest;
            }
            int differing = remembered + same;
            while (place < places && placeTo[place] < differing) {
                place++;
            }
            if (place == places || differing < placeFrom[place]) {
                return -1;
            }
            int valueFrom = read + placeFrom[place] - remembered;
            int valueTo = placeKind[place] == NUMBER
                    ? wholeNumberEnd(bytes, valueFrom, to)
                    : JsonStrings.closingQuote(bytes, valueFrom, to);
            if (valueTo == valueFrom && placeKind[place] != STRING) {
                return -1;
            }
            read = valueTo;
            remembered = placeTo[place];
            place++;
        }
    }

    /** The position after a number without sign, fraction or exponent; {@code from} if there is no number. */
    private static int wholeNumberEnd(byte[] bytes, int from, int to) {
        int position = from;
        while (position < to && bytes[position] >= '0' && bytes[position] <= '9') {
            position++;
        }
        boolean leadingZero = position - from > 1 && bytes[from] == '0';
        return leadingZero ? from : position;
    }
}
