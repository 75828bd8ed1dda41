package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;

/** Finds the end of a JSON string and checks what is in it: escapes (RFC 8259) and UTF-8 (RFC 3629). Stateless. */
final class JsonStrings {
    private JsonStrings() {}

    /**
     * The place of the quote that closes the string.
     *
     * @param from the first byte behind the opening quote
     * @throws AnswerFault when the string does not end before {@code to}, or is not valid
     */
    static int closingQuote(byte[] bytes, int from, int to) throws AnswerFault {
        int position = from;
        while (true) {
            position = ByteSearch.plainTextEnd(bytes, position, to);
            if (position >= to) {
                throw new AnswerFault(FailureKind.MALFORMED_EVENT, "an unterminated JSON string");
            }
            byte found = bytes[position];
            if (found == '"') {
                return position;
            }
            if (found == '\\') {
                position = escapeEnd(bytes, position, to);
            } else if (found < 0) {
                position = characterEnd(bytes, position, to);
            } else {
                throw new AnswerFault(
                        FailureKind.MALFORMED_EVENT, "control character " + found + " inside a JSON string");
            }
        }
    }

    private static int escapeEnd(byte[] bytes, int from, int to) throws AnswerFault {
        if (from + 1 < to) {
            switch (bytes[from + 1]) {
                case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                    return from + 2;
                }
                case 'u' -> {
                    if (from + 6 <= to && areHexadecimal(bytes, from + 2)) {
                        return from + 6;
                    }
                }
                default -> {
                    // Falls through to the fault.
                }
            }
        }
        throw new AnswerFault(FailureKind.MALFORMED_EVENT, "an invalid escape in a JSON string");
    }

    private static boolean areHexadecimal(byte[] bytes, int from) {
        for (int i = from; i < from + 4; i++) {
            if (Character.digit(bytes[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The place behind a character of two to four bytes; overlong forms, surrogates and what is beyond U+10FFFF are
     * refused.
     */
    private static int characterEnd(byte[] bytes, int from, int to) throws AnswerFault {
        int lead = bytes[from] & 0xff;
        int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || from + length > to) {
            throw invalid(lead);
        }
        int second = bytes[from + 1] & 0xff;
        int lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        int highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            throw invalid(lead);
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[from + i] & 0xc0) != 0x80) {
                throw invalid(lead);
            }
        }
        return from + length;
    }

    private static AnswerFault invalid(int lead) {
        return new AnswerFault(FailureKind.INVALID_UTF8, "invalid UTF-8 at 0x" + Integer.toHexString(lead));
    }
}
