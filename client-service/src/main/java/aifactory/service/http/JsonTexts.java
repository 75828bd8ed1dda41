package aifactory.service.http;

import aifactory.service.RequestRefusedException;

/**
 * Whether the texts of a JSON body can be stored and sent again. Half of a surrogate pair is legal JSON but not a valid
 * text: it could neither be written as UTF-8 nor kept in PostgreSQL, so that one such name would break a list for every
 * user. Stateless.
 */
final class JsonTexts {
    private static final int ESCAPE_BYTES = 6;
    private static final int FIRST_SURROGATE_BYTE = 0xED;

    private JsonTexts() {}

    /** @throws RequestRefusedException 422 for an invalid text */
    static void check(byte[] json) {
        int at = 0;
        while (at < json.length) {
            int character = json[at] & 0xff;
            if (character == 0) {
                throw invalid("a zero byte at " + at + ": is it UTF-16? Send UTF-8");
            }
            if (character == FIRST_SURROGATE_BYTE && at + 1 < json.length && (json[at + 1] & 0xff) >= 0xA0) {
                throw invalid("half of a surrogate pair at " + at);
            }
            at += character == '\\' ? escape(json, at) : 1;
        }
    }

    /** Its length, the other half of a pair included. */
    private static int escape(byte[] json, int at) {
        int unit = unit(json, at);
        if (unit < 0) {
            return 2;
        }
        if (Character.isLowSurrogate((char) unit)) {
            throw invalid("half of a surrogate pair at " + at);
        }
        if (!Character.isHighSurrogate((char) unit)) {
            return ESCAPE_BYTES;
        }
        int next = unit(json, at + ESCAPE_BYTES);
        if (next < 0 || !Character.isLowSurrogate((char) next)) {
            throw invalid("half of a surrogate pair at " + at);
        }
        return 2 * ESCAPE_BYTES;
    }

    /** The character of the six-byte escape at that position; negative if there is no escape. */
    private static int unit(byte[] json, int at) {
        if (at + ESCAPE_BYTES > json.length || json[at] != '\\' || json[at + 1] != 'u') {
            return -1;
        }
        int unit = 0;
        for (int digit = at + 2; digit < at + ESCAPE_BYTES; digit++) {
            int value = Character.digit(json[digit], 16);
            if (value < 0) {
                return -1;
            }
            unit = unit * 16 + value;
        }
        return unit;
    }

    private static RequestRefusedException invalid(String what) {
        return RequestRefusedException.invalid("body", "the body has " + what);
    }
}
