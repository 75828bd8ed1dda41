package aifactory.reporting.explanation;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.Explanation.LatencyPart;
import aifactory.protocol.Explanation.LatencyStack;
import aifactory.protocol.RunSummary;
import aifactory.servermetrics.ServerFigure;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Divides the clients' mean latencies into parts by the servers' own means. Means can be added, percentiles cannot.
 *
 * <p>TTFT = client + network + queue + prefill + server; E2EL = TTFT + decode. What the servers do not report is
 * {@code unknown}: the remainder is never given to a part that was not measured.
 */
final class LatencyStacks {
    private static final String TTFT = "ttft_ms";
    private static final String E2EL = "e2el_ms";

    private final RunSummary summary;
    private final ServerWindow window;

    LatencyStacks(RunSummary summary, ServerWindow window) {
        this.summary = summary;
        this.window = window;
    }

    List<LatencyStack> stacks() {
        List<LatencyStack> stacks = new ArrayList<>();
        MetricSummary ttft = measured(TTFT);
        List<LatencyPart> toFirstToken = ttft == null ? null : toFirstToken(ttft);
        if (ttft != null && toFirstToken != null) {
            stacks.add(new LatencyStack(TTFT, ttft.mean(), toFirstToken));
            MetricSummary whole = measured(E2EL);
            if (whole != null && whole.mean() >= ttft.mean()) {
                List<LatencyPart> parts = new ArrayList<>(toFirstToken);
                addOutput(parts, whole.mean() - ttft.mean());
                stacks.add(new LatencyStack(E2EL, whole.mean(), parts));
            }
        }
        return stacks;
    }

    private @Nullable MetricSummary measured(String metric) {
        MetricSummary metricSummary = summary.metrics().get(metric);
        return metricSummary == null || metricSummary.count() == 0 ? null : metricSummary;
    }

    /** Null if the servers report neither queue nor prefill nor their own time to first token. */
    private @Nullable List<LatencyPart> toFirstToken(MetricSummary ttft) {
        OptionalDouble queue = window.meanMs(ServerFigure.QUEUE_TIME);
        OptionalDouble prefill = window.meanMs(ServerFigure.PREFILL_TIME);
        OptionalDouble server = window.meanMs(ServerFigure.TIME_TO_FIRST_TOKEN);
        if (queue.isEmpty() && prefill.isEmpty() && server.isEmpty()) {
            return null;
        }
        MetricSummary.ClientShare share = ttft.clientShare();
        double rest = ttft.mean();
        List<LatencyPart> parts = new ArrayList<>();
        rest -= add(parts, "client", share == null ? OptionalDouble.empty() : OptionalDouble.of(share.p50()));
        double known = queue.orElse(0) + prefill.orElse(0);
        if (server.isPresent()) {
            double within = Math.max(known, server.getAsDouble());
            rest -= add(parts, "network", OptionalDouble.of(Math.max(0, rest - within)));
            rest -= add(parts, "queue", queue);
            rest -= add(parts, "prefill", prefill);
            boolean complete = queue.isPresent() && prefill.isPresent();
            add(parts, complete ? "server" : "unknown", OptionalDouble.of(Math.max(0, rest)));
        } else {
            rest -= add(parts, "queue", queue);
            rest -= add(parts, "prefill", prefill);
            add(parts, "unknown", OptionalDouble.of(Math.max(0, rest)));
        }
        return parts;
    }

    private void addOutput(List<LatencyPart> parts, double outputMs) {
        OptionalDouble decode = window.meanMs(ServerFigure.DECODE_TIME);
        if (decode.isEmpty()) {
            add(parts, "unknown", OptionalDouble.of(outputMs));
            return;
        }
        double known = Math.min(decode.getAsDouble(), outputMs);
        add(parts, "decode", OptionalDouble.of(known));
        add(parts, "network", OptionalDouble.of(outputMs - known));
    }

    /** Returns what was added. A second part of the same name is added to the first. */
    private static double add(List<LatencyPart> parts, String name, OptionalDouble meanMs) {
        if (meanMs.isEmpty() || meanMs.getAsDouble() < 0) {
            return 0;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).name().equals(name)) {
                parts.set(i, new LatencyPart(name, parts.get(i).meanMs() + meanMs.getAsDouble()));
                return meanMs.getAsDouble();
            }
        }
        parts.add(new LatencyPart(name, meanMs.getAsDouble()));
        return meanMs.getAsDouble();
    }
}
