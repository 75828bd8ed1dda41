package aifactory.service.metrics;

import aifactory.measurement.RequestCounts;
import aifactory.protocol.RunProgress;
import aifactory.service.groups.Group;
import aifactory.service.runs.Run;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a group's clients tell Prometheus, under the names that the earlier system gave it. Stateless. */
public final class GroupMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(GroupMetrics.class);

    private GroupMetrics() {}

    /** The groups' figures in Prometheus' text format. */
    public static String scrape(List<Group> groups, long nowEpochNanos) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try {
            Info status = Info.builder()
                    .name("client_group_status_info")
                    .help("state of the group")
                    .labelNames("benchmark_id", "status")
                    .register(registry.getPrometheusRegistry());
            for (Group group : groups) {
                try {
                    add(registry, status, group, nowEpochNanos);
                } catch (RuntimeException e) {
                    // The metrics of the other groups are still returned.
                    LOG.error("Cannot determine the metrics of group {}", group.benchmarkId(), e);
                }
            }
            return registry.scrape();
        } finally {
            registry.close();
        }
    }

    private static void add(PrometheusMeterRegistry registry, Info status, Group group, long nowEpochNanos) {
        Tags tags = Tags.of("benchmark_id", Long.toString(group.benchmarkId()));
        group.lock().lock();
        try {
            status.addLabelValues(
                    Long.toString(group.benchmarkId()), group.state().name().toLowerCase(Locale.ROOT));
            value(
                    registry,
                    "client_group_clients",
                    "registered clients",
                    tags,
                    group.liveClients().size());
            addRun(registry, tags, group.figures(nowEpochNanos));
        } finally {
            group.lock().unlock();
        }
    }

    private static void addRun(PrometheusMeterRegistry registry, Tags tags, Run.@Nullable Figures figures) {
        RequestCounts counts = figures == null ? RequestCounts.NONE : figures.all();
        RunProgress progress = figures == null ? null : figures.view().progress();
        FunctionCounter.builder("client_requests", counts, all -> all.completed() + (double) all.failed())
                .description("ended requests of the run")
                .tags(tags)
                .register(registry);
        value(registry, "client_requests_success", "completed requests of the run", tags, counts.completed());
        value(registry, "client_requests_failed", "failed requests of the run", tags, counts.failed());
        value(
                registry,
                "client_tokens_per_second",
                "output tokens per second, over the last seconds",
                tags,
                progress == null ? 0 : progress.outputTokenRate());
        value(
                registry,
                "client_active_connections",
                "requests in flight",
                tags,
                progress == null ? 0 : progress.inFlight());
        if (figures != null) {
            figures.latencySeconds()
                    .forEach((quantile, seconds) -> value(
                            registry,
                            "client_latency_seconds",
                            "end-to-end latency of completed requests",
                            tags.and("quantile", Double.toString(quantile)),
                            seconds));
        }
    }

    private static void value(
            PrometheusMeterRegistry registry, String name, String description, Tags tags, double value) {
        Gauge.builder(name, () -> value)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
