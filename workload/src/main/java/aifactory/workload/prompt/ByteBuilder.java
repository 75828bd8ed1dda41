package aifactory.workload.prompt;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes. Not thread-safe. */
public final class ByteBuilder {
    private byte[] bytes = new byte[4096];
    private int length;

    public void clear() {
        length = 0;
    }

    public int length() {
        return length;
    }

    public void append(byte value) {
        ensure(1);
        bytes[length++] = value;
    }

    public void append(byte[] source) {
        append(source, 0, source.length);
    }

    public void append(byte[] source, int offset, int count) {
        ensure(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Appends the decimal digits of a number that is not negative. */
    public void appendDecimal(long value) {
        append(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
        }
    }
}
