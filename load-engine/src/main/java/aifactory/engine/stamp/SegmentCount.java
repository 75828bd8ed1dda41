package aifactory.engine.stamp;

/**
 * Tells reads that brought one burst of a connection from reads that brought several segments, which may have arrived
 * one after the other. Asked only of reads with more than one chunk: it costs a system call.
 *
 * <p>The kernel counts segments, not those of a read. But each read since the last count had one at least; so what is
 * left for this read is known from above.
 *
 * <p>Belongs to its connection's event loop.
 */
public final class SegmentCount {
    private final StampingSocketReader reader;
    private long bytes;
    private int segments;
    private int otherReads;
    private boolean known = true;

    public SegmentCount(StampingSocketReader reader) {
        this.reader = reader;
    }

    /** Bytes have been read. */
    public void read(int length) {
        bytes += length;
        otherReads++;
    }

    /**
     * Whether the last read brought no more segments than its bytes need: so they were sent together.
     *
     * @param length of the last read
     */
    public boolean isOneBurst(int descriptor, int length) {
        if (!reader.askAbout(descriptor)) {
            return false;
        }
        int arrived = reader.segmentsIn() - segments - (otherReads - 1);
        int fewest = Math.max(1, Math.ceilDiv(length, Math.max(1, reader.segmentBytes())));
        boolean before = known;
        // Bytes that arrived since the read, or out of order, may be among the segments counted.
        known = reader.bytesIn() == bytes;
        segments = reader.segmentsIn();
        otherReads = 0;
        return before && known && arrived <= fewest;
    }
}
