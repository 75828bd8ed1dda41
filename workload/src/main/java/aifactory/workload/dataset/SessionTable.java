package aifactory.workload.dataset;

import java.util.Arrays;

/** The sessions of a dataset, each a chain of records, in the order in which they are sent. Not thread-safe. */
final class SessionTable {
    private final RecordTable records;
    private int[] first = new int[1024];
    private int[] last = new int[1024];
    private int size;

    SessionTable(RecordTable records) {
        this.records = records;
    }

    /** Adds a session that starts with a record; returns its number. */
    int start(int record) {
        if (size == first.length) {
            int larger = size + (size >> 1);
            first = Arrays.copyOf(first, larger);
            last = Arrays.copyOf(last, larger);
        }
        first[size] = record;
        last[size] = record;
        return size++;
    }

    /** Appends a record to a session. */
    void append(int session, int record) {
        records.link(last[session], record);
        last[session] = record;
    }

    int size() {
        return size;
    }

    int first(int session) {
        return first[session];
    }

    long startNanos(int session) {
        return records.timestampNanos(first[session]);
    }

    /** The requests of a session. */
    int turns(int session) {
        int turns = 0;
        for (int record = first[session]; record != RecordTable.NONE; record = records.next(record)) {
            turns += records.turns(record);
        }
        return turns;
    }

    /** Sets the records of a session in a new order. */
    void relink(int session, int[] chain) {
        first[session] = chain[0];
        for (int i = 0; i < chain.length; i++) {
            records.link(chain[i], i + 1 < chain.length ? chain[i + 1] : RecordTable.NONE);
        }
    }

    /** Keeps these sessions, in this order. */
    void select(int[] sessions, int count) {
        int[] selected = new int[count];
        for (int i = 0; i < count; i++) {
            selected[i] = first[sessions[i]];
        }
        first = selected;
        last = new int[0];
        size = count;
    }

    /** Removes all sessions, to start them again. */
    void clear() {
        size = 0;
    }
}
