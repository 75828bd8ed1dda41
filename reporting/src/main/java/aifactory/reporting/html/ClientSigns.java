package aifactory.reporting.html;

import aifactory.measurement.ClientShares;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The health of the clients, with the limits beyond which a run is not valid. Stateless. */
final class ClientSigns {
    /** The latencies whose client share decides, by their short names. */
    private static final Map<String, Metric> SHARED = shared();

    private ClientSigns() {}

    private static Map<String, Metric> shared() {
        Map<String, Metric> shared = new LinkedHashMap<>();
        shared.put("TTFT", Metric.TTFT);
        shared.put("TPOT", Metric.TPOT);
        shared.put("ITL", Metric.ITL);
        shared.put("E2EL", Metric.E2EL);
        return shared;
    }

    /**
     * One sign.
     *
     * @param worst of any client; not a number when unknown
     * @param limit null without a limit
     * @param isShare whether the figures are shares of 1 rather than milliseconds
     * @param isReason whether being beyond the limit makes a run not valid; where the kernel stamped, load of the
     *      clients only explains what the client shares show
     */
    record Sign(String name, double worst, @Nullable Double limit, boolean isShare, boolean isReason) {
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

        /** Whether it is within its limit, as text. */
        String judgement() {
            if (!isBeyond()) {
                return "within";
            }
            return isReason ? "beyond" : "above, no reason by itself";
        }
    }

    static List<Sign> of(RunResult result) {
        RunSummary summary = result.summary();
        RunSummary.ClientHealth health = summary.clientHealth();
        Map<String, Double> limits = health.limits();
        RunSummary.Stamps stamps = health.stamps();
        boolean sharesDecide = stamps != null && stamps.source() == ClientShares.Source.KERNEL;
        List<Sign> signs = new ArrayList<>();
        if (sharesDecide) {
            SHARED.forEach((name, metric) -> clientShare(summary, name, metric).ifPresent(signs::add));
        }
        Double pauseLimit = limits.get("longest_pause_ms");
        signs.addAll(List.of(
                new Sign(
                        "CPU, share of the allotted cores",
                        health.cpuMax(),
                        limits.get("cpu_share"),
                        true,
                        !sharesDecide),
                new Sign(
                        "Event-loop lag, p99",
                        eventLoopLag(result),
                        limits.get("event_loop_lag_p99_ms"),
                        false,
                        !sharesDecide),
                new Sign(
                        "Schedule delay, p99 of the group",
                        scheduleDelay(summary),
                        scheduleDelayLimit(summary),
                        false,
                        true),
                new Sign("Longest pause of the process", health.longestPauseMsMax(), pauseLimit, false, !sharesDecide),
                new Sign("Longest garbage collection", health.gcPauseMsMax(), pauseLimit, false, !sharesDecide),
                new Sign(
                        "Clock uncertainty",
                        health.clockUncertaintyMsMax(),
                        limits.get("clock_uncertainty_ms"),
                        false,
                        true),
                new Sign("Clock offset from the service", health.clockOffsetMsMax(), null, false, false)));
        return signs;
    }

    /** At the percentile that is nearer to its limit. */
    private static Optional<Sign> clientShare(RunSummary summary, String name, Metric metric) {
        MetricSummary value = summary.metrics().get(metric.jsonName());
        MetricSummary.ClientShare share = value == null ? null : value.clientShare();
        Map<String, Double> limits = summary.clientHealth().limits();
        Double fixed = limits.get("client_share_ms");
        Double ofValue = limits.get("client_share_of_value");
        if (value == null || share == null || fixed == null || ofValue == null) {
            return Optional.empty();
        }
        Sign median = new Sign(
                "Client share of " + name + ", p50", share.p50(), Math.max(fixed, ofValue * value.p50()), false, true);
        Sign p99 = new Sign(
                "Client share of " + name + ", p99", share.p99(), Math.max(fixed, ofValue * value.p99()), false, true);
        return Optional.of(median.shareOfLimit() > p99.shareOfLimit() ? median : p99);
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
