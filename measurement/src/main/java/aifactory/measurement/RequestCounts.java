package aifactory.measurement;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * How many requests there were, and of what kind.
 *
 * @param scheduled arrivals that became due; in closed loop, requests that a slot started
 * @param sent requests that the client set out to send: one whose connection was refused is among them
 * @param good completed requests that met every per-request SLO; equals {@code completed} without an SLO
 * @param inputTokens of completed requests
 * @param outputTokens of completed requests
 * @param chunks chunks with content of completed requests
 * @param errors failed requests by cause
 * @param backoffs how often a slot of a closed loop waited since its request had failed quickly
 * @param backoffNanos for how long, all slots together
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
        Map<String, Long> errors,
        long backoffs,
        long backoffNanos) {

    public static final RequestCounts NONE = new RequestCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

    /** Without a slot that has backed off. */
    public RequestCounts(
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
        this(scheduled, sent, completed, failed, cancelled, good, inputTokens, outputTokens, chunks, errors, 0, 0);
    }

    public RequestCounts {
        errors = Map.copyOf(errors);
    }

    /** The sum of both, cause by cause. What would be beyond 64 bits stays at the largest number there is. */
    public RequestCounts plus(RequestCounts other) {
        Map<String, Long> causes = errors;
        if (!other.errors.isEmpty()) {
            causes = new TreeMap<>(errors);
            for (Map.Entry<String, Long> cause : other.errors.entrySet()) {
                causes.merge(cause.getKey(), cause.getValue(), RequestCounts::sum);
            }
        }
        return new RequestCounts(
                sum(scheduled, other.scheduled),
                sum(sent, other.sent),
                sum(completed, other.completed),
                sum(failed, other.failed),
                sum(cancelled, other.cancelled),
                sum(good, other.good),
                sum(inputTokens, other.inputTokens),
                sum(outputTokens, other.outputTokens),
                sum(chunks, other.chunks),
                causes,
                sum(backoffs, other.backoffs),
                sum(backoffNanos, other.backoffNanos));
    }

    /** The sum of two numbers that are not negative, at most the largest number there is. */
    static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** The largest of the numbers, those of single causes included. */
    public long largest() {
        long largest = LongStream.of(
                        scheduled,
                        sent,
                        completed,
                        failed,
                        cancelled,
                        good,
                        inputTokens,
                        outputTokens,
                        chunks,
                        backoffs,
                        backoffNanos)
                .max()
                .orElse(0);
        return errors.values().stream().mapToLong(Long::longValue).reduce(largest, Math::max);
    }

    /** The smallest of the numbers, those of single causes included. */
    public long smallest() {
        long smallest = LongStream.of(
                        scheduled,
                        sent,
                        completed,
                        failed,
                        cancelled,
                        good,
                        inputTokens,
                        outputTokens,
                        chunks,
                        backoffs,
                        backoffNanos)
                .min()
                .orElse(0);
        return errors.values().stream().mapToLong(Long::longValue).reduce(smallest, Math::min);
    }
}
