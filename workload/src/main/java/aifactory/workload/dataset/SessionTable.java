package aifactory.workload.dataset;

/** The sessions of a dataset, each a chain of records, in the order in which they are sent. Not thread-safe. */
final class SessionTable {
    private final RecordTable records;
    private IntColumn first = new IntColumn(RecordTable.NONE);
    /** Of sessions with one record, none. */
    private IntColumn last = new IntColumn(RecordTable.NONE);

    private int size;

    SessionTable(RecordTable records) {
        this.records = records;
    }

    /** Adds a session that starts with a record; returns its number. */
    int start(int record) {
        first.set(size, record);
        return size++;
    }

    /** Appends a record to a session. */
    void append(int session, int record) {
        int before = last.get(session);
        records.link(before == RecordTable.NONE ? first.get(session) : before, record);
        last.set(session, record);
    }

    int size() {
        return size;
    }

    int first(int session) {
        return first.get(session);
    }

    long startNanos(int session) {
        return records.timestampNanos(first.get(session));
    }

    /** The requests of a session. */
    int turns(int session) {
        int turns = 0;
        for (int record = first.get(session); record != RecordTable.NONE; record = records.next(record)) {
            turns += records.turns(record);
        }
        return turns;
    }

    /** Sets the records of a session in a new order. */
    void relink(int session, int[] chain) {
        first.set(session, chain[0]);
        for (int i = 0; i < chain.length; i++) {
            records.link(chain[i], i + 1 < chain.length ? chain[i + 1] : RecordTable.NONE);
        }
    }

    /** Keeps these sessions, in this order. */
    void select(int[] sessions, int count) {
        IntColumn selected = new IntColumn(RecordTable.NONE);
        for (int i = 0; i < count; i++) {
            selected.set(i, first.get(sessions[i]));
        }
        first = selected;
        last = new IntColumn(RecordTable.NONE);
        size = count;
    }

    /** Removes all sessions, to start them again. */
    void clear() {
        first = new IntColumn(RecordTable.NONE);
        last = new IntColumn(RecordTable.NONE);
        size = 0;
    }
}
