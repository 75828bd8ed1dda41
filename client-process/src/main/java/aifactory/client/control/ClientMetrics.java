package aifactory.client.control;

import aifactory.client.progress.LiveMeasurements;
import aifactory.measurement.ClientHealthSample;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Answer of {@code GET /metrics}: the metric names of the previous system first, then this process's internal metrics.
 */
final class ClientMetrics {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final String LATENCY = "client_latency_seconds";
    private static final String STATUS = "client_group_status_info";

    private ClientMetrics() {}

    static String text(ClientStatus status, LiveMeasurements.Snapshot live) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("benchmark_id", Long.toString(status.benchmarkId()));
        if (status.clientId() != null) {
            labels.put("client", Integer.toString(status.clientId()));
        }
        PrometheusText text = new PrometheusText(labels);
        requests(text, live);
        latency(text, live);
        text.gauge(
                "client_tokens_per_second",
                "Output tokens per second over the last interval",
                live.outputTokensPerSecond());
        text.gauge("client_active_connections", "Requests in flight, each on a separate connection", live.inFlight());
        text.family(STATUS, "gauge", "1 for the state that the client process is in")
                .sample(STATUS, Map.of("status", status.state().name().toLowerCase(Locale.ROOT)), 1);
        delivery(text, status);
        if (live.health() != null) {
            health(text, live.health());
        }
        return text.toString();
    }

    private static void requests(PrometheusText text, LiveMeasurements.Snapshot live) {
        text.counter(
                "client_requests_total",
                "Requests that became due since the process started",
                live.processCounts().scheduled());
        text.counter(
                "client_requests_success",
                "Requests completed",
                live.processCounts().completed());
        text.counter(
                "client_requests_failed",
                "Requests failed",
                live.processCounts().failed());
    }

    private static void latency(PrometheusText text, LiveMeasurements.Snapshot live) {
        text.family(LATENCY, "summary", "End-to-end latency of the latest run's measured requests");
        if (live.latencyCount() > 0) {
            quantile(text, "0.5", live.latencyP50Nanos());
            quantile(text, "0.9", live.latencyP90Nanos());
            quantile(text, "0.95", live.latencyP95Nanos());
            quantile(text, "0.99", live.latencyP99Nanos());
        }
        text.sample(LATENCY + "_sum", Map.of(), live.latencySumNanos() / NANOS_PER_SECOND);
        text.sample(LATENCY + "_count", Map.of(), live.latencyCount());
    }

    private static void quantile(PrometheusText text, String quantile, long nanos) {
        text.sample(LATENCY, Map.of("quantile", quantile), nanos / NANOS_PER_SECOND);
    }

    private static void delivery(PrometheusText text, ClientStatus status) {
        text.gauge("client_batches_waiting", "Batches not acknowledged by the service", status.batchesWaiting());
        text.gauge("client_batch_bytes_waiting", "Their compressed size in bytes", status.bytesWaiting());
        if (status.clockOffsetMs() != null && status.clockUncertaintyMs() != null) {
            text.gauge(
                    "client_clock_offset_seconds",
                    "The service's clock against this node's",
                    status.clockOffsetMs() / MILLIS_PER_SECOND);
            text.gauge(
                    "client_clock_uncertainty_seconds",
                    "Maximum error of that offset",
                    status.clockUncertaintyMs() / MILLIS_PER_SECOND);
        }
    }

    private static void health(PrometheusText text, ClientHealthSample health) {
        text.gauge("client_cpu_share", "CPU time as a share of the cores allotted, last interval", health.cpuShare());
        text.gauge(
                "client_event_loop_lag_seconds",
                "99th percentile of the event loop lag, last interval",
                health.eventLoopLagNanos() / NANOS_PER_SECOND);
        text.gauge(
                "client_longest_pause_seconds",
                "Longest time the process did not run, last interval",
                health.longestPauseNanos() / NANOS_PER_SECOND);
        text.gauge("client_open_files", "File descriptors in use", health.openFiles());
        text.gauge("client_resident_bytes", "Memory of the process", health.residentBytes());
    }
}
