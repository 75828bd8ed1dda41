package aifactory.inference.sizing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The primitives of a GGUF header: little endian, lengths in front. Nothing is allocated that the file does not hold.
 */
final class GgufInput {
    private final InputStream bytes;
    private long left;

    /** @param left bytes that may be read at most */
    GgufInput(InputStream bytes, long left) {
        this.bytes = bytes;
        this.left = left;
    }

    long left() {
        return left;
    }

    long unsigned(int width) throws IOException {
        take(width);
        byte[] read = bytes.readNBytes(width);
        if (read.length < width) {
            throw new EOFException("the file ends within a number");
        }
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (read[i] & 0xff);
        }
        return value;
    }

    /** A count that the rest of the header has room for, each taking that many bytes at least. */
    long count(String of, int bytesEach, long most) throws IOException {
        long count = unsigned(8);
        if (count < 0 || count > most || count > left / bytesEach) {
            throw new EOFException(Long.toUnsignedString(count) + " " + of + ", but at most "
                    + Math.min(most, left / bytesEach) + " are possible here");
        }
        return count;
    }

    String string(int mostBytes) throws IOException {
        int length = (int) count("bytes of a string", 1, mostBytes);
        take(length);
        byte[] read = bytes.readNBytes(length);
        if (read.length < length) {
            throw new EOFException("the file ends within a string");
        }
        return new String(read, StandardCharsets.UTF_8);
    }

    void skip(long count) throws IOException {
        take(count);
        bytes.skipNBytes(count);
    }

    private void take(long count) throws IOException {
        if (count > left) {
            throw new EOFException("the header continues past its end");
        }
        left -= count;
    }
}
