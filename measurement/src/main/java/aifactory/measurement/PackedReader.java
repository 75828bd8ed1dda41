package aifactory.measurement;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the encoding of {@link PackedWriter} from untrusted bytes: it allocates no more than the bytes contain. Every
 * method throws {@link IllegalArgumentException} when the bytes are not valid.
 *
 * <p>Not thread-safe.
 */
public final class PackedReader {
    private static final int MOST_NUMBER_BYTES = 10;

    private final byte[] bytes;
    private int at;

    public PackedReader(byte[] bytes) {
        this.bytes = bytes;
    }

    public int readByte() {
        if (at == bytes.length) {
            throw new IllegalArgumentException("cut off at byte " + at);
        }
        return bytes[at++] & 0xff;
    }

    public long readNumber() {
        long value = 0;
        for (int i = 0; i < MOST_NUMBER_BYTES; i++) {
            int next = readByte();
            value |= (next & 0x7fL) << (7 * i);
            if (next < 0x80) {
                if (i == MOST_NUMBER_BYTES - 1 && next > 1) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("a number beyond 64 bits before byte " + at);
    }

    public int readInt() {
        long value = readNumber();
        if (value != (int) value) {
            throw new IllegalArgumentException(value + " is beyond 32 bits before byte " + at);
        }
        return (int) value;
    }

    /** How many things follow, each of at least one byte. */
    public int readCount(int most) {
        long count = readNumber();
        if (count < 0 || count > most || count > bytes.length - at) {
            throw new IllegalArgumentException(
                    count + " parts, of at most " + most + ", in " + (bytes.length - at) + " bytes before byte " + at);
        }
        return (int) count;
    }

    public long readSigned() {
        long value = readNumber();
        return (value >>> 1) ^ -(value & 1);
    }

    public double readDouble() {
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits = (bits << 8) | readByte();
        }
        return Double.longBitsToDouble(bits);
    }

    public byte[] readBytes() {
        int length = readCount(Integer.MAX_VALUE);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    public String readText() {
        int length = readCount(Integer.MAX_VALUE);
        at += length;
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, at - length, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text before byte " + at + " is not UTF-8", e);
        }
    }

    /** Nothing may be left. */
    public void end() {
        if (at != bytes.length) {
            throw new IllegalArgumentException((bytes.length - at) + " bytes too many");
        }
    }
}
