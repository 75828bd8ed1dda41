package aifactory.workload;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Paths of sockets in addresses: percent-encoded UTF-8 (RFC 3986, section 2.1). Stateless. */
final class PercentEncoding {
    /** Bytes other than letters and digits that are not encoded. */
    private static final String PLAIN = "/._~!$&'()*+,;=:@-";

    private PercentEncoding() {}

    /**
     * The path with each {@code %XX} replaced by its byte. All other characters, {@code ?} and {@code #} too, belong to
     * the path.
     *
     * @throws IllegalArgumentException when a percent sign does not precede two hexadecimal digits, or the bytes are not
     *     UTF-8
     */
    static String decode(String path) {
        byte[] encoded = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new IllegalArgumentException(
                        "'%' must precede two hexadecimal digits; write the character '%' as %25");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the percent-encoded bytes are not UTF-8", e);
        }
    }

    /** The encoded path, also for parsers of URIs. A colon before a slash is encoded: it would end the path. */
    static String encode(String path) {
        StringBuilder text = new StringBuilder();
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean endsPath = c == ':' && i + 1 < bytes.length && bytes[i + 1] == '/';
            boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
            text.append(isPlain && !endsPath ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return text.toString();
    }
}
