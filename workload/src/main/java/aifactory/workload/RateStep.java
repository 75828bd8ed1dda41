package aifactory.workload;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One step of a load that changes over time. The steps of a workload follow each other from T0.
 *
 * @param requestRate requests per second of the whole group at the step's start
 * @param endRequestRate the rate at the step's end; null means it stays the same
 * @param growth how the rate changes from the one to the other
 * @param duration null for a last step that lasts until the run ends
 */
public record RateStep(
        double requestRate,
        @Nullable Double endRequestRate,
        RampShape growth,
        @Nullable Duration duration) {

    /** How a rate changes over a step. */
    public enum RampShape {
        LINEAR,
        EXPONENTIAL
    }
}
