package aifactory.protocol;

import aifactory.workload.DurationText;
import aifactory.workload.RateStep;
import aifactory.workload.RateStep.RampShape;
import aifactory.workload.WorkloadProblem;
import com.fasterxml.jackson.annotation.JsonCreator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a load as users write it: a duration ({@code ramp_up: 30s}), or
 * {@code {duration: 30s, strategy: exponential, start_request_rate: 1}}. In open loop the rate grows to
 * {@code request_rate} and stays there; in closed loop the slots start their first requests one after another.
 *
 * @param duration of the ramp; null means that it takes the whole run, as with vLLM's {@code --ramp-up-strategy}
 * @param strategy linear when it is left out
 * @param startRequestRate 0 when it is left out
 * @param endRequestRate another way to write {@code request_rate}
 */
public record RampUpRequest(
        @Nullable Duration duration,
        @Nullable RampShape strategy,
        @Nullable Double startRequestRate,
        @Nullable Double endRequestRate) {
    private static final String FIELD = "ramp_up";

    /** A linear one from nothing. */
    @JsonCreator
    public static RampUpRequest of(String text) {
        return new RampUpRequest(DurationText.parse(text), null, null, null);
    }

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    public RampUpRequest {}

    boolean hasRates() {
        return startRequestRate != null || endRequestRate != null || strategy != null;
    }

    /**
     * The steps of an open loop that begins with this ramp.
     *
     * @param asked of the workload; null where only the ramp says one
     * @param total the duration of the run; null where it has none
     * @param count its request count; null where it has none
     */
    List<RateStep> toSteps(
            @Nullable Double asked,
            int factor,
            @Nullable Duration total,
            @Nullable Long count,
            List<WorkloadProblem> problems) {
        Double end = endRequestRate == null ? asked : endRequestRate;
        if (end == null) {
            problems.add(new WorkloadProblem(FIELD, "no rate to grow to: give request_rate"));
            return List.of();
        }
        if (asked != null && !asked.equals(end)) {
            problems.add(new WorkloadProblem(
                    FIELD, "end_request_rate " + end + " is not request_rate " + asked + ": leave out one of them"));
            return List.of();
        }
        double from = Objects.requireNonNullElse(startRequestRate, 0.0) * factor;
        double to = end * factor;
        RampShape shape = Objects.requireNonNullElse(strategy, RampShape.LINEAR);
        if (!(from >= 0) || !(to > 0) || (from == 0 && shape == RampShape.EXPONENTIAL)) {
            problems.add(new WorkloadProblem(
                    FIELD,
                    "from " + from + " to " + to + " requests per second: give rates above 0"
                            + " (a linear ramp, and no other, may begin at 0)"));
            return List.of();
        }
        return withRest(new RateStep(from, to, shape, lasting(from, to, shape, total, count)), total, problems);
    }

    private static List<RateStep> withRest(RateStep ramp, @Nullable Duration total, List<WorkloadProblem> problems) {
        Duration ramping = Objects.requireNonNull(ramp.duration());
        if (ramping.isZero()) {
            problems.add(new WorkloadProblem(FIELD, "0 s: give a duration above 0, or leave it out"));
            return List.of();
        }
        if (total != null && ramping.compareTo(total) > 0) {
            problems.add(new WorkloadProblem(
                    FIELD,
                    ramping.toMillis() + " ms are longer than the duration of " + total.toMillis()
                            + " ms: the rate would not be reached"));
            return List.of();
        }
        List<RateStep> steps = new ArrayList<>(List.of(ramp));
        Double rate = ramp.endRequestRate();
        if (rate != null && !ramping.equals(total)) {
            steps.add(new RateStep(rate, null, RampShape.LINEAR, total == null ? null : total.minus(ramping)));
        }
        return steps;
    }

    /**
     * The asked duration, or that of the run, or the time in which so many requests are expected: the rate's integral.
     */
    private Duration lasting(double from, double to, RampShape shape, @Nullable Duration total, @Nullable Long count) {
        if (duration != null) {
            return duration;
        }
        if (total != null) {
            return total;
        }
        double requests = count == null ? 1 : count;
        boolean exponential = shape == RampShape.EXPONENTIAL && from != to;
        double meanRate = exponential ? (to - from) / Math.log(to / from) : (from + to) / 2;
        return Duration.ofNanos(Math.max(1, Math.round(Math.min(requests / meanRate, 3e6) * 1e9)));
    }
}
