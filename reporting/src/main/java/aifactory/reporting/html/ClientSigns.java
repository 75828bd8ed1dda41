package aifactory.reporting.html;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the clients themselves fared, beside the limits beyond which a run is not valid. Stateless. */
final class ClientSigns {
    private ClientSigns() {}

    /**
     * One sign.
     *
     * @param worst of any client; not a number when unknown
     * @param limit null when there is none
     * @param isShare whether the figures are shares of 1 rather than milliseconds
     */
    record Sign(String name, double worst, @Nullable Double limit, boolean isShare) {
        boolean isJudged() {
            return limit != null && limit > 0 && Double.isFinite(worst);
        }

        /** 0 where nothing is judged. */
        double shareOfLimit() {
            return limit != null && limit > 0 && Double.isFinite(worst) ? worst / limit : 0;
        }

        boolean isBeyond() {
            return shareOfLimit() > 1;
        }
    }

    static List<Sign> of(RunResult result) {
        RunSummary summary = result.summary();
        RunSummary.ClientHealth health = summary.clientHealth();
        Map<String, Double> limits = health.limits();
        return List.of(
                new Sign("CPU, share of the allotted cores", health.cpuMax(), limits.get("cpu_share"), true),
                new Sign("Event-loop lag, p99", eventLoopLag(result), limits.get("event_loop_lag_p99_ms"), false),
                new Sign(
                        "Schedule delay, p99 of the group", scheduleDelay(summary), scheduleDelayLimit(summary), false),
                new Sign(
                        "Longest pause of the process",
                        health.longestPauseMsMax(),
                        limits.get("longest_pause_ms"),
                        false),
                new Sign("Longest garbage collection", health.gcPauseMsMax(), limits.get("longest_pause_ms"), false),
                new Sign(
                        "Clock uncertainty", health.clockUncertaintyMsMax(), limits.get("clock_uncertainty_ms"), false),
                new Sign("Clock offset from the service", health.clockOffsetMsMax(), null, false));
    }

    private static double eventLoopLag(RunResult result) {
        double worst = result.summary().clientHealth().eventLoopLagMs().getOrDefault("p99", Double.NaN);
        for (RunResult.Part client : result.perClient()) {
            MetricSummary lag = client.metrics().get("event_loop_lag_ms");
            worst = lag == null ? worst : Math.max(worst, lag.p99());
        }
        return worst;
    }

    private static double scheduleDelay(RunSummary summary) {
        MetricSummary delay = summary.metrics().get("schedule_delay_ms");
        return delay == null ? Double.NaN : delay.p99();
    }

    private static @Nullable Double scheduleDelayLimit(RunSummary summary) {
        Double fixed = summary.clientHealth().limits().get("schedule_delay_p99_ms");
        Double share = summary.clientHealth().limits().get("schedule_delay_share_of_ttft");
        MetricSummary firstToken = summary.metrics().get("ttft_ms");
        return fixed == null || share == null || firstToken == null
                ? fixed
                : Double.valueOf(Math.max(fixed, share * firstToken.p50()));
    }
}
