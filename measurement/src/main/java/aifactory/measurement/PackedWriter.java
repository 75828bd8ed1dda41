package aifactory.measurement;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes numbers and texts in few bytes: whole numbers in LEB128, seven bits a byte, the lowest first.
 * {@link PackedReader} reads them.
 *
 * <p>Not thread-safe.
 */
public final class PackedWriter {
    private byte[] bytes;
    private int size;

    public PackedWriter(int expectedBytes) {
        bytes = new byte[Math.max(16, expectedBytes)];
    }

    public PackedWriter writeByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** A number that is seldom below 0: one byte below 128, ten where it is negative. */
    public PackedWriter writeNumber(long value) {
        room(10);
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[size++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
        return this;
    }

    /** A number around 0 (ZigZag): one byte from -64 to 63. */
    public PackedWriter writeSigned(long value) {
        return writeNumber((value << 1) ^ (value >> 63));
    }

    /** In eight bytes. */
    public PackedWriter writeDouble(double value) {
        room(Long.BYTES);
        long bits = Double.doubleToLongBits(value);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (bits >>> shift);
        }
        return this;
    }

    /** Its length, and its bytes. */
    public PackedWriter writeBytes(byte[] value) {
        writeNumber(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** In UTF-8. */
    public PackedWriter writeText(String value) {
        return writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
