package aifactory.protocol;

import aifactory.workload.RateStep;
import aifactory.workload.RateStep.RampShape;
import aifactory.workload.WorkloadProblem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step of a load as users write it: {@code {request_rate: 10, duration: 30s}}, or with {@code end_request_rate} a
 * ramp.
 *
 * @param growth the shape of a ramp; linear by default
 * @param duration may be left out in the last step, which then lasts until the run ends
 */
public record StepRequest(
        @Nullable Double requestRate,
        @Nullable Double endRequestRate,
        @Nullable RampShape growth,
        @Nullable Duration duration) {

    /** The step, its rates multiplied; null, and a problem more, when it has no rate. */
    @Nullable
    RateStep toStep(int number, int factor, List<WorkloadProblem> problems) {
        if (requestRate == null) {
            problems.add(new WorkloadProblem("steps", "step " + number + " has no request_rate"));
            return null;
        }
        return new RateStep(
                requestRate * factor,
                endRequestRate == null ? null : endRequestRate * factor,
                growth == null ? RampShape.LINEAR : growth,
                duration);
    }

    /** The step as users write it. */
    static StepRequest of(RateStep step) {
        return new StepRequest(step.requestRate(), step.endRequestRate(), step.growth(), step.duration());
    }
}
