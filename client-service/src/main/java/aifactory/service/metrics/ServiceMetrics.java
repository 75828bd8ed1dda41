package aifactory.service.metrics;

import aifactory.protocol.ClientState;
import aifactory.protocol.GroupState;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.persistence.StateWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What the service tells Prometheus of itself. Thread-safe. */
public final class ServiceMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private final Counter auditLinesDropped = Counter.builder("aifactory_audit_lines_dropped")
            .description(
                    "refused requests that were not written to the journal: too many, or the database was unavailable")
            .register(registry);

    /** By their labels: to find a timer in the registry takes longer than to record a duration. */
    private final Map<Answered, Timer> answered = new ConcurrentHashMap<>();

    private record Answered(String method, String route, int status) {}

    public ServiceMetrics(ClientManager clients, StateWriter writer) {
        for (GroupState state : GroupState.values()) {
            Gauge.builder("aifactory_groups", () -> count(clients, state))
                    .description("groups by state")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (ClientState state : ClientState.values()) {
            Gauge.builder("aifactory_clients", () -> count(clients, state))
                    .description("client processes by state")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder("aifactory_database_queued_writes", writer::queued)
                .description("writes that wait for the database")
                .register(registry);
        Gauge.builder(
                        "aifactory_database_transaction_seconds",
                        () -> writer.transactionTime().toMillis() / 1e3)
                .description("duration of the current database transaction")
                .register(registry);
        Gauge.builder("aifactory_database_trouble", () -> writer.trouble() == null ? 0 : 1)
                .description("1 while the database cannot write")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
    }

    private static long count(ClientManager clients, GroupState state) {
        long count = 0;
        for (Group group : clients.all()) {
            group.lock().lock();
            try {
                count += group.state() == state ? 1 : 0;
            } finally {
                group.lock().unlock();
            }
        }
        return count;
    }

    private static long count(ClientManager clients, ClientState state) {
        long count = 0;
        for (Group group : clients.all()) {
            group.lock().lock();
            try {
                count += group.clients().stream()
                        .filter(client -> client.state() == state)
                        .count();
            } finally {
                group.lock().unlock();
            }
        }
        return count;
    }

    /**
     * A request was answered.
     *
     * @param route its path with the parameters in braces, so that there are not more series than routes
     */
    public void answered(String method, String route, int status, Duration duration) {
        answered.computeIfAbsent(new Answered(method, route, status), this::timer)
                .record(duration);
    }

    private Timer timer(Answered key) {
        return Timer.builder("aifactory_http_requests")
                .description("answered requests")
                .tag("method", key.method())
                .tag("route", key.route())
                .tag("status", Integer.toString(key.status()))
                .register(registry);
    }

    /** A refused request was not written down: there were too many, or the database was away. */
    public void auditLineDropped() {
        auditLinesDropped.increment();
    }

    /** @param heldBytes of the bodies of the requests that are under way */
    public void bodies(LongSupplier heldBytes) {
        Gauge.builder("aifactory_http_bodies_bytes", heldBytes::getAsLong)
                .description("bytes of the bodies of active requests")
                .register(registry);
    }

    /** In Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
