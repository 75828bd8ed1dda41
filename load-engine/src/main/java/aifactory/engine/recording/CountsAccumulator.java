package aifactory.engine.recording;

import aifactory.measurement.RequestCounts;
import java.util.HashMap;
import java.util.Map;

/** Counts requests. Not thread-safe. */
final class CountsAccumulator {
    long scheduled;
    long sent;
    long completed;
    long failed;
    long cancelled;
    long good;
    long inputTokens;
    long outputTokens;
    long chunks;
    long backoffs;
    long backoffNanos;
    private final Map<String, Long> errors = new HashMap<>();

    void failed(String cause) {
        failed++;
        errors.merge(cause, 1L, Long::sum);
    }

    RequestCounts snapshot() {
        return new RequestCounts(
                scheduled,
                sent,
                completed,
                failed,
                cancelled,
                good,
                inputTokens,
                outputTokens,
                chunks,
                errors,
                backoffs,
                backoffNanos);
    }

    void reset() {
        scheduled = 0;
        sent = 0;
        completed = 0;
        failed = 0;
        cancelled = 0;
        good = 0;
        inputTokens = 0;
        outputTokens = 0;
        chunks = 0;
        backoffs = 0;
        backoffNanos = 0;
        errors.clear();
    }
}
