package aifactory.engine.http;

import aifactory.measurement.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads the lines of a response's head (RFC 9112) into a {@link ResponseHead}. Stateless. */
final class HeaderLines {
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONTENT_ENCODING = ascii("content-encoding");
    private static final byte[] LOCATION = ascii("location");
    private static final byte[] RETRY_AFTER = ascii("retry-after");
    private static final byte[] DATE = ascii("date");
    private static final byte[] EVENT_STREAM = ascii("text/event-stream");
    private static final byte[] JSON = ascii("application/json");
    private static final byte[] CLOSE = ascii("close");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");
    private static final byte[] CHUNKED = ascii("chunked");
    private static final byte[] HTTP_1 = ascii("HTTP/1.");
    private static final int STATUS_LINE_LENGTH = 12;
    private static final int LENGTH_DIGITS = 18;

    private HeaderLines() {}

    /** {@code HTTP/1.1 200 OK}; the reason may be empty. */
    static void statusLine(byte[] bytes, int from, int to, ResponseHead head) throws AnswerFault {
        boolean wellFormed = to - from >= STATUS_LINE_LENGTH
                && regionEquals(bytes, from, HTTP_1)
                && (bytes[from + 7] == '1' || bytes[from + 7] == '0')
                && bytes[from + 8] == ' '
                && isDigit(bytes[from + 9])
                && isDigit(bytes[from + 10])
                && isDigit(bytes[from + 11])
                && (to - from == STATUS_LINE_LENGTH || bytes[from + STATUS_LINE_LENGTH] == ' ');
        if (!wellFormed) {
            throw malformed("not an HTTP/1.1 status line: " + excerpt(bytes, from, to));
        }
        head.http10 = bytes[from + 7] == '0';
        head.status = (bytes[from + 9] - '0') * 100 + (bytes[from + 10] - '0') * 10 + (bytes[from + 11] - '0');
    }

    /** {@code name: value}, without its line end. */
    static void field(byte[] bytes, int from, int to, ResponseHead head) throws AnswerFault {
        int colon = from;
        while (colon < to && isTokenByte(bytes[colon])) {
            colon++;
        }
        if (colon == from || colon == to || bytes[colon] != ':') {
            throw malformed("not a header field: " + excerpt(bytes, from, to));
        }
        int valueFrom = colon + 1;
        int valueTo = to;
        while (valueFrom < valueTo && isBlank(bytes[valueFrom])) {
            valueFrom++;
        }
        while (valueTo > valueFrom && isBlank(bytes[valueTo - 1])) {
            valueTo--;
        }
        value(bytes, from, colon, valueFrom, valueTo, head);
    }

    private static void value(byte[] bytes, int from, int colon, int valueFrom, int valueTo, ResponseHead head)
            throws AnswerFault {
        switch (colon - from) {
            case 14 -> {
                if (equalsIgnoreCase(bytes, from, CONTENT_LENGTH)) {
                    contentLength(bytes, valueFrom, valueTo, head);
                }
            }
            case 12 -> {
                if (equalsIgnoreCase(bytes, from, CONTENT_TYPE)) {
                    head.mediaType = mediaType(bytes, valueFrom, valueTo);
                }
            }
            case 10 -> {
                if (equalsIgnoreCase(bytes, from, CONNECTION)) {
                    head.close |= containsToken(bytes, valueFrom, valueTo, CLOSE);
                    head.keepAlive |= containsToken(bytes, valueFrom, valueTo, KEEP_ALIVE);
                }
            }
            case 8 -> {
                boolean redirect = head.status >= 300 && head.status <= 399;
                if (redirect && equalsIgnoreCase(bytes, from, LOCATION)) {
                    head.location = printable(bytes, valueFrom, valueTo);
                }
            }
            case 4 -> {
                if (head.status >= 400 && equalsIgnoreCase(bytes, from, DATE)) {
                    head.date = printable(bytes, valueFrom, valueTo);
                }
            }
            case 11 -> {
                if (head.status >= 400 && equalsIgnoreCase(bytes, from, RETRY_AFTER)) {
                    head.retryAfter = printable(bytes, valueFrom, valueTo);
                }
            }
            case 16 -> {
                if (equalsIgnoreCase(bytes, from, CONTENT_ENCODING)) {
                    contentCoding(bytes, valueFrom, valueTo, head);
                }
            }
            case 17 -> {
                if (equalsIgnoreCase(bytes, from, TRANSFER_ENCODING)) {
                    boolean onlyChunked =
                            valueTo - valueFrom == CHUNKED.length && equalsIgnoreCase(bytes, valueFrom, CHUNKED);
                    head.unknownTransferCoding |= !onlyChunked || head.chunked;
                    head.chunked = true;
                }
            }
            default -> {
                // Other fields do not change how the response is read.
            }
        }
    }

    private static void contentLength(byte[] bytes, int from, int to, ResponseHead head) throws AnswerFault {
        long length = 0;
        if (from == to || to - from > LENGTH_DIGITS) {
            throw malformed("content-length: " + excerpt(bytes, from, to));
        }
        for (int i = from; i < to; i++) {
            if (!isDigit(bytes[i])) {
                throw malformed("content-length: " + excerpt(bytes, from, to));
            }
            length = length * 10 + (bytes[i] - '0');
        }
        if (head.contentLength != ResponseHead.UNKNOWN_LENGTH && head.contentLength != length) {
            throw malformed("two different content-lengths, " + head.contentLength + " and " + length);
        }
        head.contentLength = length;
    }

    private static void contentCoding(byte[] bytes, int from, int to, ResponseHead head) {
        String name = printable(bytes, from, to).toLowerCase(Locale.ROOT);
        if (name.isEmpty() || name.equals("identity")) {
            return;
        }
        boolean another = head.contentCoding != ResponseHead.ContentCoding.NONE;
        head.contentCodingName = another ? head.contentCodingName + ", " + name : name;
        head.contentCoding = switch (name) {
            case "gzip", "x-gzip" -> another ? ResponseHead.ContentCoding.OTHER : ResponseHead.ContentCoding.GZIP;
            case "deflate" -> another ? ResponseHead.ContentCoding.OTHER : ResponseHead.ContentCoding.DEFLATE;
            default -> ResponseHead.ContentCoding.OTHER;
        };
    }

    private static ResponseHead.MediaType mediaType(byte[] bytes, int from, int to) {
        if (isMediaType(bytes, from, to, EVENT_STREAM)) {
            return ResponseHead.MediaType.EVENT_STREAM;
        }
        return isMediaType(bytes, from, to, JSON) ? ResponseHead.MediaType.JSON : ResponseHead.MediaType.OTHER;
    }

    private static boolean isMediaType(byte[] bytes, int from, int to, byte[] type) {
        return to - from >= type.length
                && equalsIgnoreCase(bytes, from, type)
                && (to - from == type.length || bytes[from + type.length] == ';' || isBlank(bytes[from + type.length]));
    }

    private static boolean containsToken(byte[] bytes, int from, int to, byte[] token) {
        for (int i = from; i + token.length <= to; i++) {
            boolean starts = i == from || bytes[i - 1] == ',' || isBlank(bytes[i - 1]);
            int after = i + token.length;
            boolean ends = after == to || bytes[after] == ',' || isBlank(bytes[after]);
            if (starts && ends && equalsIgnoreCase(bytes, i, token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean regionEquals(byte[] bytes, int from, byte[] expected) {
        for (int i = 0; i < expected.length; i++) {
            if (bytes[from + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    /** The caller has made sure that there are enough bytes. */
    private static boolean equalsIgnoreCase(byte[] bytes, int from, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            int value = bytes[from + i];
            if (value >= 'A' && value <= 'Z') {
                value += 'a' - 'A';
            }
            if (value != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTokenByte(byte value) {
        return value > ' ' && value < 0x7f && value != ':';
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\t';
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    static AnswerFault malformed(String detail) {
        return new AnswerFault(FailureKind.MALFORMED_HTTP, detail);
    }

    /** At most 60 bytes of a line, for a message. */
    static String excerpt(byte[] bytes, int from, int to) {
        return "'" + printable(bytes, from, Math.min(to, from + 60)) + "'";
    }

    /** At most 200 bytes. */
    private static String printable(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, Math.min(to - from, 200), StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
