package aifactory.reporting.records;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes JSON whose shape is known beforehand, for files of a million lines: names and punctuation are constants that
 * are copied, numbers become digits without a text in between. What is written is what the caller puts together;
 * nothing checks its grammar.
 *
 * <p>Not thread-safe.
 */
public final class JsonText implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_NUMBER = 24;
    private static final byte[] NULL = constant("null");
    private static final long NANOS_PER_MILLISECOND = 1_000_000;

    private final OutputStream stream;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] digits = new byte[LONGEST_NUMBER];
    private int filled;

    /** @param stream is closed with this */
    public JsonText(OutputStream stream) {
        this.stream = stream;
    }

    /** A text as it will be written, quotation marks and all. */
    public static byte[] constant(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A string with its quotation marks, escaped. */
    public static byte[] quoted(String text) {
        byte[] escaped = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        byte[] quoted = new byte[escaped.length + 2];
        quoted[0] = '"';
        System.arraycopy(escaped, 0, quoted, 1, escaped.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }

    public JsonText write(byte[] text) throws IOException {
        if (text.length > buffer.length - filled) {
            flush();
            if (text.length > buffer.length) {
                stream.write(text);
                return this;
            }
        }
        System.arraycopy(text, 0, buffer, filled, text.length);
        filled += text.length;
        return this;
    }

    /** A whole number. */
    public JsonText write(long number) throws IOException {
        if (number == Long.MIN_VALUE) {
            return write(constant(Long.toString(number)));
        }
        int start = digitsOf(Math.abs(number), digits.length, 1);
        if (number < 0) {
            digits[--start] = '-';
        }
        return write(digits, start, digits.length);
    }

    /** A whole number, or null. */
    public JsonText write(@Nullable Long number) throws IOException {
        return number == null ? writeNull() : write(number.longValue());
    }

    /** A figure; null when it is not a number. */
    public JsonText write(double figure) throws IOException {
        return Double.isFinite(figure) ? write(constant(Double.toString(figure))) : writeNull();
    }

    /** A time in milliseconds, exactly: as many decimals as the nanoseconds ask for, at least one. */
    public JsonText writeMilliseconds(long nanos) throws IOException {
        long left = Math.abs(nanos % NANOS_PER_MILLISECOND);
        long whole = Math.abs(nanos / NANOS_PER_MILLISECOND);
        int end = digits.length;
        int decimals = 6;
        while (decimals > 1 && left % 10 == 0) {
            left /= 10;
            decimals--;
        }
        int start = digitsOf(left, end, decimals);
        digits[--start] = '.';
        start = digitsOf(whole, start, 1);
        if (nanos < 0) {
            digits[--start] = '-';
        }
        return write(digits, start, end);
    }

    public JsonText writeNull() throws IOException {
        return write(NULL);
    }

    /** Writes the digits of a number that is not negative before {@code end}; returns where they begin. */
    private int digitsOf(long number, int end, int least) {
        int start = end;
        long left = number;
        while (left > 0 || end - start < least) {
            long next = left / 10;
            digits[--start] = (byte) ('0' + (left - next * 10));
            left = next;
        }
        return start;
    }

    private JsonText write(byte[] bytes, int start, int end) throws IOException {
        if (end - start > buffer.length - filled) {
            flush();
        }
        System.arraycopy(bytes, start, buffer, filled, end - start);
        filled += end - start;
        return this;
    }

    private void flush() throws IOException {
        stream.write(buffer, 0, filled);
        filled = 0;
    }

    @Override
    public void close() throws IOException {
        try (stream) {
            flush();
        }
    }
}
