package aifactory.workload.dataset;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The places, times and links of the records of a dataset, in arrays. Grows while the files are read.
 *
 * <p>Not thread-safe.
 */
final class RecordTable {
    /** More would not fit into the memory of a client next to its load. */
    static final int MOST_RECORDS = 4_000_000;

    /** No record. */
    static final int NONE = -1;

    private long[] positions = new long[1024];
    private int[] lengths = new int[1024];
    private int[] turns = new int[1024];
    private int[] numbers = new int[1024];
    private long[] timestampsNanos = new long[1024];
    private int[] next = new int[1024];
    private long @Nullable [] parents;
    private int size;

    /** Adds a record without links; returns its number from 0, or {@link #NONE} when there are too many. */
    int add(long position, int length, int recordTurns, long number, long timestampNanos) {
        if (size == MOST_RECORDS) {
            return NONE;
        }
        if (size == positions.length) {
            grow(Math.min(MOST_RECORDS, size + (size >> 1)));
        }
        positions[size] = position;
        lengths[size] = length;
        turns[size] = recordTurns;
        numbers[size] = (int) Math.min(number, Integer.MAX_VALUE);
        timestampsNanos[size] = timestampNanos;
        next[size] = NONE;
        return size++;
    }

    private void grow(int larger) {
        positions = Arrays.copyOf(positions, larger);
        lengths = Arrays.copyOf(lengths, larger);
        turns = Arrays.copyOf(turns, larger);
        numbers = Arrays.copyOf(numbers, larger);
        timestampsNanos = Arrays.copyOf(timestampsNanos, larger);
        next = Arrays.copyOf(next, larger);
        if (parents != null) {
            int known = parents.length;
            parents = Arrays.copyOf(parents, larger);
            Arrays.fill(parents, known, larger, Long.MIN_VALUE);
        }
    }

    int size() {
        return size;
    }

    long position(int record) {
        return positions[record];
    }

    int length(int record) {
        return lengths[record];
    }

    int turns(int record) {
        return turns[record];
    }

    /** The number of the line, row or entry in its file. */
    int number(int record) {
        return numbers[record];
    }

    long timestampNanos(int record) {
        return timestampsNanos[record];
    }

    /** The record of the same session that follows, or {@link #NONE}. */
    int next(int record) {
        return next[record];
    }

    void link(int record, int following) {
        next[record] = following;
    }

    /** The key of the record that it follows; {@link Long#MIN_VALUE} for none. */
    long parentKey(int record) {
        return parents == null ? Long.MIN_VALUE : parents[record];
    }

    void setParentKey(int record, long key) {
        if (parents == null) {
            parents = new long[positions.length];
            Arrays.fill(parents, Long.MIN_VALUE);
        }
        parents[record] = key;
    }

    boolean hasParents() {
        return parents != null;
    }

    /** Forgets the keys of parents once they are links. */
    void dropParentKeys() {
        parents = null;
    }
}
