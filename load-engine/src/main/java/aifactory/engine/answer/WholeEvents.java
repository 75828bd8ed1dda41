package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;

/**
 * Reads what nearly every read of a steady stream brings: one or more whole chunks of the chunked transfer coding (RFC
 * 9112, 7.1), in each one or more whole server-sent events of one data line, all of which agree with a template. Such a
 * read leaves every decoder in the state in which it found it, so that none of them need be touched. Any other read is
 * left to the decoders. Stateless.
 */
final class WholeEvents {
    private static final int MOST_SIZE_DIGITS = 6;

    private WholeEvents() {}

    /**
     * Counts the events.
     *
     * @param bytes read between two chunks and two events
     * @param length of what was read
     * @return 0 when there is anything else among the bytes
     */
    static int count(byte[] bytes, int length, EventTemplate template) {
        if (!template.isOneLine()) {
            return 0;
        }
        int events = 0;
        int position = 0;
        try {
            while (position < length) {
                int sizeEnd = digitsEnd(bytes, position, length);
                int from = sizeEnd + 2;
                if (sizeEnd == position || from > length || !isLineBreak(bytes, sizeEnd)) {
                    return 0;
                }
                int to = from + value(bytes, position, sizeEnd);
                if (to == from || to + 2 > length || !isLineBreak(bytes, to)) {
                    return 0;
                }
                int found = events(bytes, from, to, template);
                if (found == 0) {
                    return 0;
                }
                events += found;
                position = to + 2;
            }
        } catch (AnswerFault fault) {
            // Perhaps an event that continues in the next chunk: the decoders determine that.
            return 0;
        }
        return events;
    }

    private static int events(byte[] bytes, int from, int to, EventTemplate template) throws AnswerFault {
        int events = 0;
        int position = from;
        while (position < to) {
            int dataFrom = dataFrom(bytes, position, to);
            int dataTo = dataFrom < 0 ? -1 : template.end(bytes, dataFrom, to);
            position = dataTo < 0 ? -1 : eventEnd(bytes, dataTo, to);
            if (position < 0) {
                return 0;
            }
            events++;
        }
        return events;
    }

    private static int dataFrom(byte[] bytes, int from, int to) {
        boolean data = from + 6 <= to
                && bytes[from] == 'd'
                && bytes[from + 1] == 'a'
                && bytes[from + 2] == 't'
                && bytes[from + 3] == 'a'
                && bytes[from + 4] == ':';
        if (!data) {
            return -1;
        }
        return bytes[from + 5] == ' ' ? from + 6 : from + 5;
    }

    /** The place behind the two line breaks that end an event, or -1. */
    private static int eventEnd(byte[] bytes, int from, int to) {
        if (from + 2 <= to && bytes[from] == '\n' && bytes[from + 1] == '\n') {
            return from + 2;
        }
        return from + 4 <= to && isLineBreak(bytes, from) && isLineBreak(bytes, from + 2) ? from + 4 : -1;
    }

    private static boolean isLineBreak(byte[] bytes, int at) {
        return bytes[at] == '\r' && bytes[at + 1] == '\n';
    }

    private static int digitsEnd(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + MOST_SIZE_DIGITS);
        int position = from;
        while (position < end && Character.digit(bytes[position], 16) >= 0) {
            position++;
        }
        return position;
    }

    private static int value(byte[] bytes, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = value << 4 | Character.digit(bytes[i], 16);
        }
        return value;
    }
}
