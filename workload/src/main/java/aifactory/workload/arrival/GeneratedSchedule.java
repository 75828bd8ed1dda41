package aifactory.workload.arrival;

import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Arrivals drawn from a seed: gaps in operational time, stretched by the course of the rate. */
final class GeneratedSchedule implements ArrivalSchedule {
    private static final double NANOS_PER_SECOND = 1e9;

    private final UnitGaps gaps;
    private final RateProfile profile;
    private final long endNanos;
    private final long count;
    private long next;
    private double operationalTime;

    private GeneratedSchedule(UnitGaps gaps, RateProfile profile, long endNanos, long count) {
        this.gaps = gaps;
        this.profile = profile;
        this.endNanos = endNanos;
        this.count = count;
    }

    static GeneratedSchedule of(WorkloadSpecification specification) {
        return new GeneratedSchedule(
                new UnitGaps(
                        specification.arrivalPattern(),
                        specification.burstiness(),
                        specification.burstSize(),
                        specification.seed()),
                profileOf(specification),
                nanosOrMaximum(specification.plannedDuration()),
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

    @Override
    public long nextNanos() {
        if (next >= count) {
            return END;
        }
        operationalTime += next == 0 ? gaps.first() : gaps.next();
        double seconds = profile.secondsAt(operationalTime);
        if (Double.isNaN(seconds)) {
            throw new IllegalStateException(
                    "no time for arrival " + next + ", of which " + operationalTime + " are due");
        }
        // Rounded first: an arrival of the last half nanosecond is not due before the end.
        long nanos = Math.round(seconds * NANOS_PER_SECOND);
        if (nanos >= endNanos) {
            next = count;
            return END;
        }
        next++;
        return nanos;
    }
}
