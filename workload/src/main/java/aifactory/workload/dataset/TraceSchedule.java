package aifactory.workload.dataset;

import aifactory.workload.arrival.ArrivalSchedule;

/** The times of a recorded trace, counted from its first entry. Not thread-safe. */
final class TraceSchedule implements ArrivalSchedule {
    private final DatasetIndex index;
    private final long endNanos;
    private int next;

    /**
     * @param endNanos nothing is due from then on; {@link Long#MAX_VALUE} for the whole trace
     */
    TraceSchedule(DatasetIndex index, long endNanos) {
        this.index = index;
        this.endNanos = endNanos;
    }

    @Override
    public long nextNanos() {
        if (next == index.size() || index.nanosSinceFirst(next) >= endNanos) {
            next = index.size();
            return END;
        }
        return index.nanosSinceFirst(next++);
    }
}
