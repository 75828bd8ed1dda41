package aifactory.service.runs;

import aifactory.measurement.RequestCounts;
import aifactory.protocol.RunSummary.EarlyEnd;
import aifactory.workload.FailurePolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts the failed requests of all clients of a run and decides when they end it: by {@code max_errors} over the whole
 * run, by {@code max_error_rate} over the latest requests.
 *
 * <p>Not thread-safe: guarded by the group's lock.
 */
public final class ErrorLimits {
    private static final int WINDOW_SECONDS = 10;
    private static final long LEAST_REQUESTS = 20;
    private static final int MOST_CAUSES = 3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final FailurePolicy policy;
    private final List<String> targets;
    /** By second since T0; seconds in which no request ended are absent. */
    private final TreeMap<Long, Ended> window = new TreeMap<>();

    private RequestCounts total = RequestCounts.NONE;

    private record Ended(long requests, long failed) {
        Ended plus(Ended other) {
            return new Ended(requests + other.requests, failed + other.failed);
        }
    }

    /**
     * @param targets the AI servers, to be named
     */
    public ErrorLimits(FailurePolicy policy, List<String> targets) {
        this.policy = policy;
        this.targets = List.copyOf(targets);
    }

    /**
     * Adds what one client counted in one interval.
     *
     * @param endNanos of the interval, since T0
     */
    public void add(long endNanos, RequestCounts counts) {
        if (policy.maxErrors() == null && policy.maxErrorRate() == null) {
            return;
        }
        total = total.plus(counts);
        Ended ended = new Ended(counts.completed() + counts.failed(), counts.failed());
        if (ended.requests() > 0) {
            window.merge((long) (endNanos / NANOS_PER_SECOND), ended, Ended::plus);
            forgetOld();
        }
    }

    /** Keeps the last ten seconds, and more where fewer requests ended in them than a share can be taken of. */
    private void forgetOld() {
        long requests = recent().requests();
        while (window.firstKey() < window.lastKey() - WINDOW_SECONDS) {
            requests -= window.firstEntry().getValue().requests();
            if (requests < LEAST_REQUESTS) {
                return;
            }
            window.pollFirstEntry();
        }
    }

    private Ended recent() {
        return window.values().stream().reduce(new Ended(0, 0), Ended::plus);
    }

    /** Why the run has to end, or null. */
    public @Nullable EarlyEnd exceeded() {
        Long maxErrors = policy.maxErrors();
        if (maxErrors != null && total.failed() > maxErrors) {
            return new EarlyEnd(
                    EarlyEnd.MAX_ERRORS,
                    String.format(
                            Locale.ROOT,
                            "%d requests failed, more than max_errors %d allows%s",
                            total.failed(),
                            maxErrors,
                            causes()));
        }
        Double maxErrorRate = policy.maxErrorRate();
        Ended recent = recent();
        if (maxErrorRate != null
                && recent.requests() >= LEAST_REQUESTS
                && recent.failed() > maxErrorRate * recent.requests()) {
            return new EarlyEnd(
                    EarlyEnd.MAX_ERROR_RATE,
                    String.format(
                            Locale.ROOT,
                            "%d of the last %d requests failed, more than max_error_rate %s allows%s",
                            recent.failed(),
                            recent.requests(),
                            maxErrorRate,
                            causes()));
        }
        return null;
    }

    /** Of the whole run, the most frequent first, and the server that they came from. */
    private String causes() {
        String server = targets.size() == 1 ? " at " + targets.getFirst() : "";
        return total.errors().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_CAUSES)
                .map(cause -> cause.getKey() + " " + cause.getValue())
                .collect(Collectors.joining(", ", ": ", server));
    }
}
