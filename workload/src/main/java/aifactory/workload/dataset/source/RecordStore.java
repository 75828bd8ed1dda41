package aifactory.workload.dataset.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The records of a dataset by their positions: in the files themselves, or in a temporary file where those are
 * compressed. Used by one thread at a time.
 */
public final class RecordStore implements Closeable {
    /** Marks positions of records that were appended one by one. */
    private static final long APPENDED = 1L << 62;

    private final List<Segment> segments = new ArrayList<>();
    private final Spool spool = new Spool();

    /**
     * The records of one file.
     *
     * @param start position of its first byte; the positions of files follow each other
     * @param physical the place of that byte in the channel
     */
    private record Segment(long start, long physical, FileChannel channel, Records.Decoder decoder) {}

    /** Adds a file, whose first byte has that position. */
    void add(long start, long physical, FileChannel channel, Records.Decoder decoder) {
        segments.add(new Segment(start, physical, channel, decoder));
    }

    Spool spool() {
        return spool;
    }

    /** Appends a record in JSON; returns its position. */
    public long append(byte[] json) throws IOException {
        return APPENDED | spool.append(json, 0, json.length);
    }

    /**
     * Reads a record again.
     *
     * @throws IOException when its file cannot be read any more, or has changed
     */
    public JsonNode read(long position, int length) throws IOException {
        boolean appended = (position & APPENDED) != 0;
        Segment segment = appended
                ? new Segment(APPENDED, 0, spool.channel(), JsonRecords::decode)
                : segments.get(segmentAt(position));
        ByteBuffer buffer = ByteBuffer.allocate(length);
        long place = segment.physical + (position - segment.start);
        while (buffer.hasRemaining()) {
            if (segment.channel.read(buffer, place + buffer.position()) < 0) {
                throw new IOException("the file is shorter than it was");
            }
        }
        try {
            return segment.decoder.decode(buffer.array());
        } catch (JacksonException e) {
            throw new IOException(e);
        }
    }

    private int segmentAt(long position) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).start <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments) {
            segment.channel.close();
        }
        spool.close();
    }
}
