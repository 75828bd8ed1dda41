package aifactory.workload.dataset.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads lines as bytes, each with its place in the file. Of a line that is too long only the beginning is kept. */
final class LineReader {
    private final InputStream in;
    private final int longestBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long bufferOffset;
    private byte[] line = new byte[1 << 12];
    private int length;
    private boolean tooLong;
    private long lineOffset;
    private long number;

    LineReader(InputStream in, int longestBytes) {
        this.in = in;
        this.longestBytes = longestBytes;
    }

    /** The number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    /** The place in the file where that line begins. */
    long offset() {
        return lineOffset;
    }

    /** Whether that line was longer than allowed. */
    boolean isTooLong() {
        return tooLong;
    }

    /** That line without its end. */
    byte[] line() {
        return Arrays.copyOf(line, length);
    }

    /** Reads the next line; false after the last. */
    boolean next() throws IOException {
        length = 0;
        tooLong = false;
        lineOffset = bufferOffset + position;
        boolean any = false;
        while (position < limit || fill()) {
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            append(end);
            boolean ended = end < limit;
            position = ended ? end + 1 : end;
            if (ended) {
                break;
            }
        }
        number += any ? 1 : 0;
        return any;
    }

    private boolean fill() throws IOException {
        bufferOffset += limit;
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private void append(int end) {
        int count = end - position;
        if (tooLong || count > longestBytes - length) {
            tooLong = true;
            return;
        }
        if (line.length - length < count) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
        }
        System.arraycopy(buffer, position, line, length, count);
        length += count;
    }
}
