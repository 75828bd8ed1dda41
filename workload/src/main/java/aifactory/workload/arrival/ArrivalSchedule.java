package aifactory.workload.arrival;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the whole group's requests are due, one after the other. Every client walks the same schedule and takes what is its own
 * ({@link aifactory.workload.GroupShare#owns}), so the union of N clients' arrivals is the arrivals of one, for every N.
 *
 * <p>Not thread-safe.
 */
public final class ArrivalSchedule {
    /** There is no further arrival. */
    public static final long END = -1;

    private static final double NANOS_PER_SECOND = 1e9;

    private final UnitGaps gaps;
    private final RateProfile profile;
    private final long endNanos;
    private final long count;
    private long next;
    private double operationalTime;

    private ArrivalSchedule(UnitGaps gaps, RateProfile profile, long endNanos, long count) {
        this.gaps = gaps;
        this.profile = profile;
        this.endNanos = endNanos;
        this.count = count;
    }

    /**
     * The schedule of an open-loop workload.
     *
     * @throws IllegalArgumentException for a closed loop or a trace, which have no such schedule
     */
    public static ArrivalSchedule of(WorkloadSpecification specification) {
        ArrivalPattern pattern = specification.arrivalPattern();
        if (pattern == ArrivalPattern.CLOSED || pattern == ArrivalPattern.TRACE) {
            throw new IllegalArgumentException(pattern + " has no generated schedule");
        }
        return new ArrivalSchedule(
                new UnitGaps(pattern, specification.burstiness(), specification.seed()),
                profileOf(specification),
                nanosOrMaximum(specification.duration()),
                specification.requestCount() == null ? Long.MAX_VALUE : specification.requestCount());
    }

    private static RateProfile profileOf(WorkloadSpecification specification) {
        if (!specification.steps().isEmpty()) {
            return RateProfile.of(specification.steps());
        }
        Double rate = specification.requestRate();
        if (rate == null) {
            throw new IllegalArgumentException("an open loop without a request_rate or steps");
        }
        return RateProfile.constant(rate);
    }

    private static long nanosOrMaximum(@Nullable Duration duration) {
        return duration == null ? Long.MAX_VALUE : duration.toNanos();
    }

    /** The time of the next arrival in nanoseconds since T0, or {@link #END}. */
    public long nextNanos() {
        if (next >= count) {
            return END;
        }
        operationalTime += next == 0 ? gaps.first() : gaps.next();
        double nanos = profile.secondsAt(operationalTime) * NANOS_PER_SECOND;
        if (!(nanos < endNanos)) {
            next = count;
            return END;
        }
        next++;
        return Math.round(nanos);
    }
}
