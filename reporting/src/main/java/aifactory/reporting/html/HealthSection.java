package aifactory.reporting.html;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the clients themselves fared, beside the limits beyond which a run is not valid. */
final class HealthSection {
    private final Html html;
    private final RunResult result;
    private final RunSummary summary;
    private final Map<String, Double> limits;

    HealthSection(Html html, RunResult result) {
        this.html = html;
        this.result = result;
        this.summary = result.summary();
        this.limits = summary.clientHealth().limits();
    }

    void write() {
        RunSummary.ClientHealth health = summary.clientHealth();
        RunSummary.Clients clients = summary.clients();
        html.open("section").element("h2", "Health of the clients");
        html.element(
                "p",
                "The worst of any client, beside the limit beyond which the clients distort what they measure. "
                        + clients.reported() + " of " + clients.expected()
                        + " clients reported to the end; they started within "
                        + Figures.of(summary.provenance().startSpreadMs()) + " ms.",
                "class",
                "note");
        if (!clients.lost().isEmpty()) {
            html.element("p", "Lost: " + String.join(", ", clients.lost()), "class", "warning");
        }
        html.open("table", "class", "bars").element("caption", "Signs of the clients' own health");
        html.open("thead").open("tr");
        List.of("Sign", "Worst", "Limit", "Of the limit").forEach(head -> html.element("th", head, "scope", "col"));
        html.close().close().open("tbody").line();
        row("CPU, share of the allotted cores", health.cpuMax(), limits.get("cpu_share"), true);
        row("Event-loop lag, p99", eventLoopLag(), limits.get("event_loop_lag_p99_ms"), false);
        row("Schedule delay, p99 of the group", scheduleDelay(), scheduleDelayLimit(), false);
        row("Longest pause of the process", health.longestPauseMsMax(), limits.get("longest_pause_ms"), false);
        row("Longest garbage collection", health.gcPauseMsMax(), limits.get("longest_pause_ms"), false);
        row("Clock uncertainty", health.clockUncertaintyMsMax(), limits.get("clock_uncertainty_ms"), false);
        row("Clock offset from the service", health.clockOffsetMsMax(), null, false);
        html.close().close().close().line();
    }

    private double eventLoopLag() {
        double worst = summary.clientHealth().eventLoopLagMs().getOrDefault("p99", Double.NaN);
        for (RunResult.Part client : result.perClient()) {
            MetricSummary lag = client.metrics().get("event_loop_lag_ms");
            worst = lag == null ? worst : Math.max(worst, lag.p99());
        }
        return worst;
    }

    private double scheduleDelay() {
        MetricSummary delay = summary.metrics().get("schedule_delay_ms");
        return delay == null ? Double.NaN : delay.p99();
    }

    private @Nullable Double scheduleDelayLimit() {
        Double fixed = limits.get("schedule_delay_p99_ms");
        Double share = limits.get("schedule_delay_share_of_ttft");
        MetricSummary firstToken = summary.metrics().get("ttft_ms");
        return fixed == null || share == null || firstToken == null
                ? fixed
                : Double.valueOf(Math.max(fixed, share * firstToken.p50()));
    }

    private void row(String sign, double worst, @Nullable Double limit, boolean share) {
        html.open("tr").element("th", sign, "scope", "row");
        html.element("td", figure(worst, share));
        html.element("td", limit == null ? "none" : figure(limit, share));
        html.open("td");
        if (limit == null || limit <= 0 || !Double.isFinite(worst)) {
            html.text(Figures.NONE);
        } else {
            boolean within = worst <= limit;
            Meter.write(html, worst / limit, within ? "good" : "bad");
            html.text(Figures.percent(worst / limit) + (within ? " · within" : " · beyond"));
        }
        html.close().close().line();
    }

    private static String figure(double figure, boolean share) {
        return share ? Figures.percent(figure) : Double.isFinite(figure) ? Figures.of(figure) + " ms" : Figures.NONE;
    }
}
