package aifactory.measurement;

import java.util.Map;
import java.util.TreeMap;

/**
 * How many requests there were, and of what kind.
 *
 * @param scheduled arrivals that became due, in closed loop requests that were taken up
 * @param sent requests whose last byte was handed to a socket
 * @param good completed requests that met every per-request SLO; equals {@code completed} where there is none
 * @param inputTokens of completed requests
 * @param outputTokens of completed requests
 * @param chunks chunks with content of completed requests
 * @param errors failed requests by cause
 */
public record RequestCounts(
        long scheduled,
        long sent,
        long completed,
        long failed,
        long cancelled,
        long good,
        long inputTokens,
        long outputTokens,
        long chunks,
        Map<String, Long> errors) {

    public static final RequestCounts NONE = new RequestCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    public RequestCounts {
        errors = Map.copyOf(errors);
    }

    /** The sum of both, cause by cause. */
    public RequestCounts plus(RequestCounts other) {
        Map<String, Long> sum = new TreeMap<>(errors);
        other.errors.forEach((cause, count) -> sum.merge(cause, count, Long::sum));
        return new RequestCounts(
                scheduled + other.scheduled,
                sent + other.sent,
                completed + other.completed,
                failed + other.failed,
                cancelled + other.cancelled,
                good + other.good,
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                chunks + other.chunks,
                sum);
    }
}
