package aifactory.workload.arrival;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;

/**
 * When the whole group's requests are due, one after the other; for sessions of several turns, when their first turns
 * are. Every client walks the same schedule and takes what is its own ({@link aifactory.workload.GroupShare#owns}), so
 * the union of N clients' arrivals is the arrivals of one, for every N.
 *
 * <p>Not thread-safe.
 */
public interface ArrivalSchedule {
    /** There is no further arrival. */
    long END = -1;

    /** The time of the next arrival in nanoseconds since T0, never before the one before it, or {@link #END}. */
    long nextNanos();

    /**
     * The schedule of an open-loop workload. It ends with the request count, if there is one, as there are never more
     * sessions.
     *
     * @throws IllegalArgumentException for a closed loop, which has none, and a trace, whose schedule is in its dataset
     */
    static ArrivalSchedule of(WorkloadSpecification specification) {
        ArrivalPattern pattern = specification.arrivalPattern();
        if (pattern == ArrivalPattern.CLOSED || pattern == ArrivalPattern.TRACE) {
            throw new IllegalArgumentException(pattern + " has no generated schedule");
        }
        return GeneratedSchedule.of(specification);
    }
}
