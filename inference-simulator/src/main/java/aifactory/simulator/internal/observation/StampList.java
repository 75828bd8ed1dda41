package aifactory.simulator.internal.observation;

import java.util.Arrays;

/** The stamps of one request's chunks. Owned by the event loop that writes them. */
public final class StampList {
    /** An endless answer is logged up to here. */
    private static final int MAX_STAMPS = 1 << 20;

    private long[] stamps = new long[128];
    private int size;

    /** Notes a reading of the machine's monotonic clock. */
    public void add(long nanos) {
        if (size == MAX_STAMPS) {
            return;
        }
        if (size == stamps.length) {
            stamps = Arrays.copyOf(stamps, size * 2);
        }
        stamps[size++] = nanos;
    }

    /** A copy of all of them. */
    public long[] toArray() {
        return Arrays.copyOf(stamps, size);
    }
}
