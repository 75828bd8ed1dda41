package aifactory.service.observation;

import aifactory.protocol.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one AI server told of itself over one run. Bounded: when there are too many samples every other one goes, and from then on as many
 * are passed over.
 *
 * <p>Thread-safe.
 */
final class ServerCourse {
    static final int MOST_SAMPLES = 2_400;

    private final int number;
    private final String target;
    private List<RunResult.ServerSample> samples = new ArrayList<>();
    private int stride = 1;
    private int seen;
    private final Counter preemptions = new Counter();
    private final Counter requestsFinished = new Counter();
    private final Counter prefixCacheQueries = new Counter();
    private final Counter prefixCacheHits = new Counter();
    private @Nullable String problem;

    /** A counter that only grows until the server is started again. */
    private static final class Counter {
        private @Nullable Double before;

        /** How much it has grown since the first answer; null without one. */
        @Nullable
        Double sinceBegin(@Nullable Double now) {
            if (now != null && (before == null || now < before)) {
                // The first answer, or the server was started again and counts from nought.
                before = before == null ? now : Double.valueOf(0);
            }
            return now == null || before == null ? null : Double.valueOf(now - before);
        }
    }

    ServerCourse(int number, String target) {
        this.number = number;
        this.target = target;
    }

    String target() {
        return target;
    }

    /** Adds an answer. */
    synchronized void add(double second, ServerExposition told) {
        Double preempted = preemptions.sinceBegin(told.preemptions());
        Double finished = requestsFinished.sinceBegin(told.requestsFinished());
        Double queries = prefixCacheQueries.sinceBegin(told.prefixCacheQueries());
        Double hits = prefixCacheHits.sinceBegin(told.prefixCacheHits());
        if (seen++ % stride != 0) {
            return;
        }
        if (samples.size() == MOST_SAMPLES) {
            thinOut();
        }
        samples.add(new RunResult.ServerSample(
                second, told.running(), told.waiting(), told.kvCacheShare(), preempted, finished, queries, hits));
    }

    /** There was no usable answer; the first reason is kept. */
    synchronized void fail(String reason) {
        if (problem == null) {
            problem = reason;
        }
    }

    private void thinOut() {
        List<RunResult.ServerSample> kept = new ArrayList<>();
        for (int i = 0; i < samples.size(); i += 2) {
            kept.add(samples.get(i));
        }
        samples = kept;
        stride *= 2;
    }

    /** All so far. */
    synchronized RunResult.ServerMetrics told() {
        return new RunResult.ServerMetrics(number, target, List.copyOf(samples), problem);
    }
}
