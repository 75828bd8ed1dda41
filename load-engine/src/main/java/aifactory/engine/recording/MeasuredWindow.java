package aifactory.engine.recording;

import aifactory.measurement.RunPhase;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;

/**
 * The part of a run that counts, in nanoseconds since T0. A request belongs to the phase in which it was scheduled.
 *
 * @param endNanos {@link Long#MAX_VALUE} for a run that ends by count
 */
public record MeasuredWindow(long startNanos, long endNanos) {
    public static MeasuredWindow of(WorkloadSpecification specification) {
        Duration duration = specification.plannedDuration();
        long end = duration == null
                ? Long.MAX_VALUE
                : duration.minus(specification.cooldown()).toNanos();
        return new MeasuredWindow(specification.warmup().toNanos(), end);
    }

    public RunPhase phaseAt(long scheduledNanos) {
        if (scheduledNanos < startNanos) {
            return RunPhase.WARMUP;
        }
        return scheduledNanos < endNanos ? RunPhase.MEASURED : RunPhase.COOLDOWN;
    }
}
