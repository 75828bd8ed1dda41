package aifactory.measurement;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges whether the figures of a run are the AI server's, or were distorted by the clients that measured it. Stateless.
 */
public final class ValidityJudge {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final RunAggregate run;
    private final ValidityLimits limits;
    private final List<ValidityFinding> findings = new ArrayList<>();

    private ValidityJudge(RunAggregate run, ValidityLimits limits) {
        this.run = run;
        this.limits = limits;
    }

    /**
     * What was asked of the group.
     *
     * @param arrivals how many requests were due in the measured window; negative where that is not known beforehand, as in
     *     closed loop or after a stop
     * @param capped whether a concurrency cap may hold requests back, which is the workload's wish and not the client's fault
     */
    public record Asked(long arrivals, boolean capped) {}

    /** Every sign that is beyond its limit, the group's first. */
    public static List<ValidityFinding> judge(RunAggregate run, ValidityLimits limits, Asked asked) {
        ValidityJudge judge = new ValidityJudge(run, limits);
        judge.scheduleDelay();
        judge.offeredRate(asked);
        run.clientHealth().forEach(judge::clientHealth);
        run.clientHealth().forEach(judge::clientConnections);
        judge.clientResources();
        judge.eventLoopLag();
        return List.copyOf(judge.findings);
    }

    private void scheduleDelay() {
        double delay = milliseconds(run.histograms().of(Metric.SCHEDULE_DELAY).percentileNanos(99));
        double median = milliseconds(run.histograms().of(Metric.TTFT).percentileNanos(50));
        double limit = Math.max(limits.scheduleDelayP99Ms(), limits.scheduleDelayShareOfTtft() * median);
        if (delay > limit) {
            add(
                    "schedule_delay",
                    null,
                    "requests went out %.1f ms late (p99, limit %.1f ms)%s: use more clients or a lower rate",
                    delay,
                    limit,
                    worstClient());
        }
    }

    private String worstClient() {
        Integer worst = null;
        long worstNanos = 0;
        for (Map.Entry<Integer, PartAggregate> client : run.clients().entrySet()) {
            CoarseHistogram delays = client.getValue().histograms().get(Metric.SCHEDULE_DELAY);
            if (delays != null && delays.percentileNanos(99) > worstNanos) {
                worst = client.getKey();
                worstNanos = delays.percentileNanos(99);
            }
        }
        return worst == null
                ? ""
                : String.format(Locale.ROOT, ", worst on client %d with %.1f ms", worst, milliseconds(worstNanos));
    }

    private void offeredRate(Asked asked) {
        if (asked.arrivals() <= 0) {
            return;
        }
        double span = asked.capped() ? 1 : run.sendingSpan().scheduledOverStarted();
        // What the cap held back for too long is the workload's wish and the server's doing, and a failure already.
        long heldBack = asked.capped()
                ? run.measured().errors().getOrDefault(FailureKind.TIMEOUT_BEFORE_START.jsonName(), 0L)
                : 0;
        double offered = (double) (run.measured().sent() + heldBack) / asked.arrivals() * span;
        if (Math.abs(offered - 1) > limits.offeredRateShare()) {
            add(
                    "offered_rate",
                    null,
                    "%.1f %% of the asked rate was sent (%d of %d requests, limit within %.0f %%): use more clients, raise the"
                            + " cap or the timeout, or ask for a lower rate",
                    offered * 100,
                    run.measured().sent(),
                    asked.arrivals(),
                    limits.offeredRateShare() * 100);
        }
    }

    private void clientHealth(int client, ClientHealthAggregate health) {
        if (health.cpuShare() > limits.cpuShare()) {
            add(
                    "client_cpu",
                    client,
                    "client %d spent %.0f %% of its cores (limit %.0f %%): use more clients or give each more cores",
                    client,
                    health.cpuShare() * 100,
                    limits.cpuShare() * 100);
        }
        double pause = milliseconds(Math.max(health.longestPauseNanos(), health.garbageCollectionPauseNanos()));
        if (pause > limits.longestPauseMs()) {
            add(
                    "process_paused",
                    client,
                    "client %d stood still for %.0f ms (limit %.0f ms): find out what stops its process or its node, then"
                            + " repeat the run",
                    client,
                    pause,
                    limits.longestPauseMs());
        }
        double uncertainty = milliseconds(health.clockUncertaintyNanos());
        if (uncertainty > limits.clockUncertaintyMs()) {
            add(
                    "clock_uncertainty",
                    client,
                    "the clock of client %d is known to within %.1f ms only (limit %.1f ms): its way to the service is"
                            + " slow or busy",
                    client,
                    uncertainty,
                    limits.clockUncertaintyMs());
        }
    }

    private void clientConnections(int client, ClientHealthAggregate health) {
        if (health.openFilesShare() > limits.openFilesShare()) {
            add(
                    "open_files",
                    client,
                    "client %d used %.0f %% of the files it may open (limit %.0f %%): raise 'ulimit -n' or use more"
                            + " clients",
                    client,
                    health.openFilesShare() * 100,
                    limits.openFilesShare() * 100);
        }
        if (health.localPortsShare() > limits.localPortsShare()) {
            add(
                    "local_ports",
                    client,
                    "client %d used %.0f %% of the ports from which it can connect to one AI server (limit %.0f %%): widen"
                            + " net.ipv4.ip_local_port_range, use more clients on other nodes, or lower the concurrency",
                    client,
                    health.localPortsShare() * 100,
                    limits.localPortsShare() * 100);
        }
        if (health.sendQueueDepth() > limits.sendQueueDepth()) {
            add(
                    "send_queue",
                    client,
                    "client %d kept %d requests waiting for a connection for five seconds (limit %d): it opens only so many"
                            + " at a time; use more clients, or ask for fewer connections",
                    client,
                    health.sendQueueDepth(),
                    limits.sendQueueDepth());
        }
    }

    /** A request that failed for want of ports or files says something about the client and nothing about the server. */
    private void clientResources() {
        run.clients().forEach((client, part) -> {
            long ports = part.measured().errors().getOrDefault(FailureKind.OUT_OF_PORTS.jsonName(), 0L);
            long files = part.measured().errors().getOrDefault(FailureKind.OUT_OF_FILES.jsonName(), 0L);
            if (ports > 0) {
                add(
                        "out_of_ports",
                        client,
                        "%d requests of client %d failed since it had no port left to connect from: widen"
                                + " net.ipv4.ip_local_port_range, use more clients on other nodes, or lower the concurrency",
                        ports,
                        client);
            }
            if (files > 0) {
                add(
                        "out_of_files",
                        client,
                        "%d requests of client %d failed since it may open no more files: raise 'ulimit -n' or use more"
                                + " clients",
                        files,
                        client);
            }
        });
    }

    private void eventLoopLag() {
        run.clients().forEach((client, part) -> {
            CoarseHistogram lags = part.histograms().get(Metric.EVENT_LOOP_LAG);
            double lag = lags == null ? 0 : milliseconds(lags.percentileNanos(99));
            if (lag > limits.eventLoopLagP99Ms()) {
                add(
                        "event_loop_lag",
                        client,
                        "the event loops of client %d ran %.1f ms late (p99, limit %.1f ms): its cores are too busy, or"
                                + " shared with others",
                        client,
                        lag,
                        limits.eventLoopLagP99Ms());
            }
        });
    }

    private void add(String code, @Nullable Integer client, String format, Object... arguments) {
        findings.add(new ValidityFinding(code, String.format(Locale.ROOT, format, arguments), client));
    }

    private static double milliseconds(long nanos) {
        return nanos / NANOS_PER_MILLISECOND;
    }
}
