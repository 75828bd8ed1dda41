package aifactory.engine.recording;

import aifactory.measurement.RunPhase;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The part of a run that counts, in nanoseconds since T0. A request belongs to the phase in which it was scheduled.
 *
 * @param endNanos {@link Long#MAX_VALUE} for a run that ends by count
 */
public record MeasuredWindow(long startNanos, long endNanos) {
    public static MeasuredWindow of(WorkloadSpecification specification) {
        Duration duration = plannedDuration(specification);
        long end = duration == null
                ? Long.MAX_VALUE
                : duration.minus(specification.cooldown()).toNanos();
        return new MeasuredWindow(specification.warmup().toNanos(), end);
    }

    /** The asked duration, or the sum of the steps where only they end the run, or null. */
    private static @Nullable Duration plannedDuration(WorkloadSpecification specification) {
        if (specification.duration() != null || specification.steps().isEmpty()) {
            return specification.duration();
        }
        return specification.steps().stream().map(step -> step.duration()).reduce(Duration.ZERO, Duration::plus);
    }

    public RunPhase phaseAt(long scheduledNanos) {
        if (scheduledNanos < startNanos) {
            return RunPhase.WARMUP;
        }
        return scheduledNanos < endNanos ? RunPhase.MEASURED : RunPhase.COOLDOWN;
    }
}
