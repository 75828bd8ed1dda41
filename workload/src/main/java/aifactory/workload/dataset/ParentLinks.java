package aifactory.workload.dataset;

import java.util.Arrays;

/**
 * Makes sessions of records that name the record that they follow: every tree of them is a session, in the order of
 * time, each record after the one that it follows. Used once.
 */
final class ParentLinks {
    private static final int UNKNOWN = -1;
    private static final int VISITED = -2;
    private static final int IN_CYCLE = -3;

    private final RecordTable records;
    private final IdentifierMap identifiers;
    private final int[] roots;
    private final int[] depths;
    private final long[] earliestNanos;
    private int missing;

    /**
     * @param identifiers the records by their keys
     */
    ParentLinks(RecordTable records, IdentifierMap identifiers) {
        this.records = records;
        this.identifiers = identifiers;
        this.roots = new int[records.size()];
        this.depths = new int[records.size()];
        this.earliestNanos = new long[records.size()];
    }

    /** Receives the records that follow themselves over others. */
    interface CycleReport {
        void inCycle(int record);
    }

    /** Starts a session for every tree. */
    void link(SessionTable sessions, CycleReport report) {
        Arrays.fill(roots, UNKNOWN);
        IntColumn path = new IntColumn(RecordTable.NONE);
        for (int record = 0; record < records.size(); record++) {
            resolve(record, path);
        }
        int[] order = new int[records.size()];
        int count = 0;
        for (int record = 0; record < records.size(); record++) {
            if (roots[record] == IN_CYCLE) {
                report.inCycle(record);
            } else {
                order[count++] = record;
            }
        }
        order = count == order.length ? order : Arrays.copyOf(order, count);
        IntSort.sort(order, this::compare);
        sessions.clear();
        int session = RecordTable.NONE;
        for (int i = 0; i < count; i++) {
            boolean starts = i == 0 || roots[order[i]] != roots[order[i - 1]];
            if (starts) {
                session = sessions.start(order[i]);
            } else {
                sessions.append(session, order[i]);
            }
        }
        records.dropParentKeys();
    }

    /** Records whose parent is not in the file, as at the beginning of a part of a trace: they start sessions. */
    int missing() {
        return missing;
    }

    private void resolve(int record, IntColumn path) {
        int length = 0;
        int current = record;
        while (roots[current] == UNKNOWN) {
            roots[current] = VISITED;
            path.set(length++, current);
            int parent = parentOf(current);
            if (parent == RecordTable.NONE) {
                roots[current] = current;
                depths[current] = 0;
                earliestNanos[current] = records.timestampNanos(current);
                length--;
                break;
            }
            current = parent;
        }
        boolean cycle = roots[current] == VISITED || roots[current] == IN_CYCLE;
        for (int i = length - 1; i >= 0; i--) {
            int child = path.get(i);
            if (cycle) {
                roots[child] = IN_CYCLE;
            } else {
                roots[child] = roots[current];
                depths[child] = depths[current] + 1;
                earliestNanos[child] = Math.max(records.timestampNanos(child), earliestNanos[current]);
                current = child;
            }
        }
    }

    private int parentOf(int record) {
        long key = records.parentKey(record);
        if (key == Long.MIN_VALUE) {
            return RecordTable.NONE;
        }
        int parent = identifiers.get(key);
        missing += parent == IdentifierMap.ABSENT ? 1 : 0;
        return parent == IdentifierMap.ABSENT ? RecordTable.NONE : parent;
    }

    private int compare(int one, int other) {
        int order = Integer.compare(roots[one], roots[other]);
        order = order != 0 ? order : Long.compare(earliestNanos[one], earliestNanos[other]);
        order = order != 0 ? order : Integer.compare(depths[one], depths[other]);
        return order != 0 ? order : Integer.compare(one, other);
    }
}
