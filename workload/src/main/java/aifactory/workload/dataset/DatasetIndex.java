package aifactory.workload.dataset;

import java.util.Arrays;

/**
 * Where the entries of a file are, how many turns each has and when it is due. Grows while the file is read, and is only read
 * from then on.
 */
final class DatasetIndex {
    /** More would not fit into the memory of a client beside its load. */
    static final int MOST_ENTRIES = 4_000_000;

    private long[] offsets = new long[1024];
    private int[] lengths = new int[1024];
    private int[] turns = new int[1024];
    private long[] timestampsNanos = new long[1024];
    private int size;
    private int leftOut;

    void add(long offset, int length, DatasetEntry entry) throws EntryProblemException {
        if (entry.turns() == 0) {
            leftOut++;
            return;
        }
        if (size == MOST_ENTRIES) {
            throw new EntryProblemException(
                    "is one entry too many: a dataset may have " + MOST_ENTRIES + "; cut the file");
        }
        if (size == offsets.length) {
            int larger = Math.min(MOST_ENTRIES, size * 2);
            offsets = Arrays.copyOf(offsets, larger);
            lengths = Arrays.copyOf(lengths, larger);
            turns = Arrays.copyOf(turns, larger);
            timestampsNanos = Arrays.copyOf(timestampsNanos, larger);
        }
        checkOrder(entry.timestampNanos());
        offsets[size] = offset;
        lengths[size] = length;
        turns[size] = entry.turns();
        timestampsNanos[size] = entry.timestampNanos();
        size++;
    }

    private void checkOrder(long timestampNanos) throws EntryProblemException {
        if (size == 0) {
            return;
        }
        long before = timestampsNanos[size - 1];
        if ((before == DatasetEntry.NO_TIME) != (timestampNanos == DatasetEntry.NO_TIME)) {
            throw new EntryProblemException(
                    timestampNanos == DatasetEntry.NO_TIME
                            ? "has no timestamp, and the entry before it has one"
                            : "has a timestamp, and the entry before it has none");
        }
        if (timestampNanos < before) {
            throw new EntryProblemException("has a timestamp of " + timestampNanos / 1e6 + " ms, before the "
                    + before / 1e6 + " ms of the entry before it: sort the file by timestamp");
        }
    }

    int size() {
        return size;
    }

    /** Entries that have nothing to send, for instance a conversation in which the user says nothing. */
    int leftOut() {
        return leftOut;
    }

    long offset(int entry) {
        return offsets[entry];
    }

    int length(int entry) {
        return lengths[entry];
    }

    int turns(int entry) {
        return turns[entry];
    }

    boolean hasTimes() {
        return size > 0 && timestampsNanos[0] != DatasetEntry.NO_TIME;
    }

    /** Since the first entry. */
    long nanosSinceFirst(int entry) {
        return timestampsNanos[entry] - timestampsNanos[0];
    }
}
