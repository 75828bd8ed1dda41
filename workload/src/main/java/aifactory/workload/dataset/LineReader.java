package aifactory.workload.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads lines as bytes, each with its place in the file, and refuses one that is too long before it fills the memory. */
final class LineReader {
    private final InputStream in;
    private final int longestBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long bufferOffset;
    private byte[] line = new byte[1 << 12];
    private int length;
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

    /** Where that line begins in the file. */
    long offset() {
        return lineOffset;
    }

    /**
     * The next line without its end, or null after the last.
     *
     * @throws EntryProblemException for a line that is too long
     */
    byte @Nullable [] next() throws IOException, EntryProblemException {
        length = 0;
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
        if (!any) {
            return null;
        }
        number++;
        return Arrays.copyOf(line, length);
    }

    private boolean fill() throws IOException {
        bufferOffset += limit;
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    private void append(int end) throws EntryProblemException {
        int count = end - position;
        if (count > longestBytes - length) {
            number++;
            throw new EntryProblemException("is longer than " + longestBytes + " bytes: is it the right file?");
        }
        if (line.length - length < count) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + count));
        }
        System.arraycopy(buffer, position, line, length, count);
        length += count;
    }
}
