package aifactory.reporting.explanation;

import aifactory.protocol.Explanation;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.ServerMetrics;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RunFacts;
import aifactory.workload.SharedPrefix;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Explains the latencies of a run. Stateless. */
public final class RunExplanation {
    private RunExplanation() {}

    /**
     * The result with its explanation.
     *
     * @param result of the run with its findings and with what its servers reported
     */
    public static RunResult addTo(RunResult result, RunFacts facts) {
        double start = facts.windows().stream()
                .mapToDouble(window -> window.startNanos() / 1e9)
                .min()
                .orElse(0);
        double end = facts.windows().stream()
                .mapToDouble(window -> window.endNanos() / 1e9)
                .max()
                .orElse(result.timeline().size());
        ServerWindow window = new ServerWindow(
                result.serverMetrics(), start, end, result.summary().requests().completed());
        String engine = result.serverMetrics().stream()
                .map(ServerMetrics::engine)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        return result.withExplanation(new Explanation(
                engine,
                new LatencyStacks(result.summary(), window).stacks(),
                new LimitCauses(
                                result,
                                window,
                                repeatedShare(result.summary(), facts.specification()),
                                sendingEnd(facts, end))
                        .find()));
    }

    private static double sendingEnd(RunFacts facts, double windowEnd) {
        Duration planned = facts.specification().plannedDuration();
        return planned == null ? windowEnd : Math.min(windowEnd, planned.toNanos() / 1e9);
    }

    /**
     * The share of prompt tokens that belong to prefixes seen before, by the workload's own statement; null if it
     * states none.
     */
    private static @Nullable Double repeatedShare(RunSummary summary, WorkloadSpecification specification) {
        SharedPrefix prefix = specification.sharedPrefix();
        long requests = summary.requests().completed();
        if (prefix == null || summary.tokens().input() <= 0 || requests <= prefix.count()) {
            return null;
        }
        Double stated = prefix.hitRate();
        if (stated != null) {
            return stated;
        }
        double repeated = (double) prefix.tokens() * (requests - prefix.count());
        return Math.min(1, repeated / summary.tokens().input());
    }
}
