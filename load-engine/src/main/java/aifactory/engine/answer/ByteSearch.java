package aifactory.engine.answer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Searches in bytes, eight at a time ("SIMD within a register": Lamport, "Multiple byte processing with full-word
 * instructions", CACM 18 (1975)). Stateless.
 */
final class ByteSearch {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long LINE_FEEDS = ONES * '\n';
    private static final long CARRIAGE_RETURNS = ONES * '\r';
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';
    private static final long SPACES = ONES * ' ';

    private ByteSearch() {}

    /** The place of the first {@code \n} or {@code \r}, or {@code to}. */
    static int lineEnd(byte[] bytes, int from, int to) {
        int position = from;
        for (; position + Long.BYTES <= to; position += Long.BYTES) {
            long word = (long) LONGS.get(bytes, position);
            long found = zeroBytes(word ^ LINE_FEEDS) | zeroBytes(word ^ CARRIAGE_RETURNS);
            if (found != 0) {
                return position + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; position < to; position++) {
            if (bytes[position] == '\n' || bytes[position] == '\r') {
                return position;
            }
        }
        return to;
    }

    /**
     * The place of the first byte that a JSON string cannot simply contain: quote, backslash, control, beyond ASCII.
     */
    static int plainTextEnd(byte[] bytes, int from, int to) {
        int position = from;
        for (; position + Long.BYTES <= to; position += Long.BYTES) {
            long word = (long) LONGS.get(bytes, position);
            long found = zeroBytes(word ^ QUOTES)
                    | zeroBytes(word ^ BACKSLASHES)
                    | ((word - SPACES) & ~word & HIGH_BITS)
                    | (word & HIGH_BITS);
            if (found != 0) {
                // Borrows make bits above the first true one unreliable, never those below it.
                return position + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        for (; position < to; position++) {
            byte value = bytes[position];
            if (value == '"' || value == '\\' || value < ' ') {
                return position;
            }
        }
        return to;
    }

    /** The high bit of each byte that is zero; bits above the first such byte are unreliable. */
    private static long zeroBytes(long word) {
        return (word - ONES) & ~word & HIGH_BITS;
    }
}
