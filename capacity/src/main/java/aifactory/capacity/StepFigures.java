package aifactory.capacity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a search measured, as far as it is judged by it.
 *
 * @param completed requests of the measured window
 * @param failed requests of the measured window
 * @param throughput completed requests a second
 * @param inFlight requests in flight at the end of each second of the measured window, in order; empty in closed loop, where their
 *     number is given
 * @param attainment share of requests that met the limits of each request, 0 to 1; null when there are none such
 * @param limits figures that are held against a limit each
 * @param clientProblems in what the clients distorted the step themselves, in words
 * @param incomplete why the step has no full result, in words; null when it has
 */
public record StepFigures(
        long completed,
        long failed,
        double throughput,
        List<Integer> inFlight,
        @Nullable Double attainment,
        List<Limit> limits,
        List<String> clientProblems,
        @Nullable String incomplete) {
    public StepFigures {
        inFlight = List.copyOf(inFlight);
        limits = List.copyOf(limits);
        clientProblems = List.copyOf(clientProblems);
    }

    /**
     * A figure and its limit.
     *
     * @param name for instance {@code ttft_ms.p99}
     * @param measuredMs null when nothing was measured
     */
    public record Limit(
            String name, double limitMs, @Nullable Double measuredMs) {
        boolean isMet() {
            return measuredMs != null && measuredMs <= limitMs;
        }
    }
}
