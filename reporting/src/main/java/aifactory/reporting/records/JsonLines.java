package aifactory.reporting.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of bytes, one at a time, in a buffer that is used again and again. Empty lines are passed over.
 *
 * <p>Not thread-safe.
 */
final class JsonLines implements AutoCloseable {
    /** The longest line: far beyond a request record, whose texts are short. */
    static final int LONGEST_LINE = 1 << 20;

    private final InputStream stream;
    private byte[] buffer = new byte[1 << 16];
    private int lineStart;
    private int lineEnd;
    private int nextStart;
    private int filled;
    private boolean ended;
    private boolean withoutNewline;
    private long number;

    JsonLines(InputStream stream) {
        this.stream = stream;
    }

    /**
     * Goes to the next line that is not empty.
     *
     * @return false at the end
     * @throws IOException when the stream fails or a line is too long
     */
    boolean next() throws IOException {
        do {
            if (!nextLine()) {
                return false;
            }
            number++;
        } while (length() == 0);
        return true;
    }

    private boolean nextLine() throws IOException {
        int searched = nextStart;
        while (true) {
            for (int i = searched; i < filled; i++) {
                if (buffer[i] == '\n') {
                    take(i, i + 1);
                    return true;
                }
            }
            if (ended) {
                withoutNewline = nextStart < filled;
                take(filled, filled);
                return withoutNewline;
            }
            searched = fill();
        }
    }

    private void take(int end, int next) {
        lineStart = nextStart;
        lineEnd = end > lineStart && buffer[end - 1] == '\r' ? end - 1 : end;
        nextStart = next;
    }

    /** Reads more behind what is there of the line; returns where the new bytes begin. */
    private int fill() throws IOException {
        System.arraycopy(buffer, nextStart, buffer, 0, filled - nextStart);
        filled -= nextStart;
        nextStart = 0;
        if (filled == buffer.length) {
            if (filled >= LONGEST_LINE) {
                throw new IOException("line " + (number + 1) + " is longer than " + LONGEST_LINE + " bytes");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int begin = filled;
        int count = stream.read(buffer, filled, buffer.length - filled);
        ended = count < 0;
        filled += Math.max(0, count);
        return begin;
    }

    byte[] bytes() {
        return buffer;
    }

    int start() {
        return lineStart;
    }

    int length() {
        return lineEnd - lineStart;
    }

    /** From 1; 0 before the first. */
    long number() {
        return number;
    }

    boolean endedWithoutNewline() {
        return withoutNewline;
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
