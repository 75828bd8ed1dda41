package aifactory.workload.dataset;

import aifactory.workload.arrival.ArrivalSchedule;

/** The times of a recorded trace, from its beginning or that of its window. Not thread-safe. */
final class TraceSchedule implements ArrivalSchedule {
    private final TraceSelection selection;
    private final long sessions;
    private final long endNanos;
    private long next;

    /**
     * @param repeats whether the trace starts again at its end
     * @param endNanos nothing is due from then on; {@link Long#MAX_VALUE} for no such end
     */
    TraceSchedule(TraceSelection selection, boolean repeats, long endNanos) {
        this.selection = selection;
        this.sessions = repeats ? Long.MAX_VALUE : selection.size();
        this.endNanos = endNanos;
    }

    @Override
    public long nextNanos() {
        if (next == sessions) {
            return END;
        }
        long nanos = selection.startNanos(next);
        if (nanos >= endNanos) {
            next = sessions;
            return END;
        }
        next++;
        return nanos;
    }
}
