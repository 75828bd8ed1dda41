package aifactory.workload.dataset;

import aifactory.workload.dataset.entry.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The places, times and links of the records of a dataset, in columns. Grows while the files are read.
 *
 * <p>Not thread-safe.
 */
final class RecordTable {
    /** More would not fit into the memory of a client next to its load. */
    static final int MOST_RECORDS = 4_000_000;

    /** No record. */
    static final int NONE = -1;

    private final LongColumn positions = new LongColumn(0);
    private final IntColumn lengths = new IntColumn(0);
    private final IntColumn turns = new IntColumn(1);
    private final IntColumn numbers = new IntColumn(0);
    private final LongColumn timestampsNanos = new LongColumn(Entry.NO_TIME);
    private final IntColumn next = new IntColumn(NONE);
    private @Nullable LongColumn parents;
    private int size;

    /** Adds a record without links; returns its number from 0, or {@link #NONE} when there are too many. */
    int add(long position, int length, int recordTurns, long number, long timestampNanos) {
        if (size == MOST_RECORDS) {
            return NONE;
        }
        positions.set(size, position);
        lengths.set(size, length);
        turns.set(size, recordTurns);
        numbers.set(size, (int) Math.min(number, Integer.MAX_VALUE));
        timestampsNanos.set(size, timestampNanos);
        return size++;
    }

    int size() {
        return size;
    }

    long position(int record) {
        return positions.get(record);
    }

    int length(int record) {
        return lengths.get(record);
    }

    int turns(int record) {
        return turns.get(record);
    }

    /** The number of the line, row or entry in its file. */
    int number(int record) {
        return numbers.get(record);
    }

    long timestampNanos(int record) {
        return timestampsNanos.get(record);
    }

    /** The record of the same session that follows, or {@link #NONE}. */
    int next(int record) {
        return next.get(record);
    }

    void link(int record, int following) {
        next.set(record, following);
    }

    /** The key of the record that it follows; {@link Long#MIN_VALUE} for none. */
    long parentKey(int record) {
        return parents == null ? Long.MIN_VALUE : parents.get(record);
    }

    void setParentKey(int record, long key) {
        if (parents == null) {
            parents = new LongColumn(Long.MIN_VALUE);
        }
        parents.set(record, key);
    }

    boolean hasParents() {
        return parents != null;
    }

    /** Forgets the keys of parents once they are links. */
    void dropParentKeys() {
        parents = null;
    }
}
