package aifactory.engine.loop;

import aifactory.access.RequestKey;
import java.nio.charset.StandardCharsets;

/**
 * A renewable key as the bytes of its header line. Compared by identity: a key that was renewed is another. Immutable.
 */
final class KeyLine {
    private final RequestKey key;
    private final byte[] bytes;

    KeyLine(RequestKey key) {
        this.key = key;
        this.bytes = (key.header() + ": " + key.value() + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    RequestKey key() {
        return key;
    }

    int length() {
        return bytes.length;
    }

    void copyTo(byte[] request, int from) {
        System.arraycopy(bytes, 0, request, from, bytes.length);
    }
}
