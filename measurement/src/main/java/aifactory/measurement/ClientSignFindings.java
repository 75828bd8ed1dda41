package aifactory.measurement;

import aifactory.measurement.statistics.BinomialBound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The signs of the clients themselves that are beyond their limits: one finding for each kind of sign, which says how
 * many clients show it and names the worst.
 *
 * <p>Not thread-safe.
 */
final class ClientSignFindings {
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final RunAggregate run;
    private final ValidityLimits limits;

    ClientSignFindings(RunAggregate run, ValidityLimits limits) {
        this.run = run;
        this.limits = limits;
    }

    /**
     * A kind of sign.
     *
     * @param name for a group: {@code event-loop lag p99}
     * @param one what one client did, its number and the figure to be filled in
     * @param decimals of the figures
     * @param unit of the figures, with its space
     */
    private record Sign(String code, String name, String one, int decimals, String unit, double limit, String remedy) {
        String figure(double value) {
            return String.format(Locale.ROOT, "%." + decimals + "f", value);
        }
    }

    /** How busy the clients were: lag of their event loops, processor time, pauses. */
    List<ValidityFinding> load() {
        return Stream.of(cpu(), pauses(), lag()).flatMap(Collection::stream).toList();
    }

    /** What they ran out of, or nearly did, and how well their clocks are known. */
    List<ValidityFinding> resources() {
        return Stream.of(
                        clocks(),
                        files(),
                        ports(),
                        sendQueue(),
                        outOf(FailureKind.OUT_OF_PORTS),
                        outOf(FailureKind.OUT_OF_FILES))
                .flatMap(Collection::stream)
                .toList();
    }

    /** The signs of {@link #load} in brackets, as what may be behind something else; empty without any. */
    String explanation() {
        List<String> signs = new ArrayList<>();
        load().forEach(finding ->
                signs.add(finding.message().substring(0, finding.message().indexOf("): ") + 1)));
        return signs.isEmpty() ? "" : "; " + String.join("; ", signs);
    }

    private List<ValidityFinding> cpu() {
        return find(
                new Sign(
                        "client_cpu",
                        "CPU",
                        "client %d spent %s of its cores",
                        0,
                        " %",
                        limits.cpuShare() * 100,
                        "use more clients or give each more cores"),
                health(health -> health.cpuShare() * 100));
    }

    private List<ValidityFinding> pauses() {
        return find(
                new Sign(
                        "process_paused",
                        "longest pause",
                        "client %d was paused for %s",
                        0,
                        " ms",
                        limits.longestPauseMs(),
                        "find the cause of the pauses of its process or node, then repeat the run"),
                health(health ->
                        milliseconds(Math.max(health.longestPauseNanos(), health.garbageCollectionPauseNanos()))));
    }

    private List<ValidityFinding> clocks() {
        return find(
                new Sign(
                        "clock_uncertainty",
                        "clock uncertainty",
                        "the clock of client %d is known to within %s only",
                        1,
                        " ms",
                        limits.clockUncertaintyMs(),
                        "its network path to the service is slow or busy"),
                health(health -> milliseconds(health.clockUncertaintyNanos())));
    }

    private List<ValidityFinding> files() {
        return find(
                new Sign(
                        "open_files",
                        "open files",
                        "client %d used %s of its limit of open files",
                        0,
                        " %",
                        limits.openFilesShare() * 100,
                        "raise 'ulimit -n' or use more clients"),
                health(health -> health.openFilesShare() * 100));
    }

    private List<ValidityFinding> ports() {
        return find(
                new Sign(
                        "local_ports",
                        "local ports",
                        "client %d used %s of the ports from which it can connect to one AI server",
                        0,
                        " %",
                        limits.localPortsShare() * 100,
                        "widen net.ipv4.ip_local_port_range, use more clients on other nodes, or lower the"
                                + " concurrency"),
                health(health -> health.localPortsShare() * 100));
    }

    private List<ValidityFinding> sendQueue() {
        return find(
                new Sign(
                        "send_queue",
                        "requests waiting for a connection for five seconds",
                        "client %d kept %s requests waiting for a connection for five seconds",
                        0,
                        "",
                        limits.sendQueueDepth(),
                        "the number of connections opened at a time is limited; use more clients, or lower the"
                                + " concurrency"),
                health(ClientHealthAggregate::sendQueueDepth));
    }

    private List<ValidityFinding> lag() {
        Map<Integer, Double> lags = new TreeMap<>();
        long limitNanos = (long) (limits.eventLoopLagP99Ms() * NANOS_PER_MILLISECOND);
        run.clients().forEach((client, part) -> {
            CoarseHistogram histogram = part.histograms().get(Metric.EVENT_LOOP_LAG);
            if (histogram != null) {
                long beyond = histogram.countAbove(limitNanos);
                boolean shown = BinomialBound.isExceeded(beyond, histogram.count(), 0.01);
                lags.put(client, shown ? milliseconds(histogram.percentileNanos(99)) : 0);
            }
        });
        return find(
                new Sign(
                        "event_loop_lag",
                        "event-loop lag p99",
                        "the event loops of client %d ran %s late",
                        1,
                        " ms",
                        limits.eventLoopLagP99Ms(),
                        "its cores are too busy, or shared with others"),
                lags);
    }

    /**
     * A request that failed for lack of ports or file descriptors is evidence about the client, not about the server.
     */
    private List<ValidityFinding> outOf(FailureKind kind) {
        boolean ports = kind == FailureKind.OUT_OF_PORTS;
        Map<Integer, Double> counts = new TreeMap<>();
        run.clients()
                .forEach((client, part) ->
                        counts.put(client, (double) part.measured().errors().getOrDefault(kind.jsonName(), 0L)));
        long total = counts.values().stream().mapToLong(Double::longValue).sum();
        if (total == 0) {
            return List.of();
        }
        List<Integer> beyond = beyond(counts, 0);
        int worst = worst(counts);
        String who = beyond.size() == 1
                ? String.format(Locale.ROOT, "%d requests of client %d failed", total, worst)
                : String.format(
                        Locale.ROOT,
                        "%d requests of %d of %d clients failed, most of client %d",
                        total,
                        beyond.size(),
                        counts.size(),
                        worst);
        String message = who
                + (ports
                        ? " since it had no free local port: widen net.ipv4.ip_local_port_range, use more clients on"
                                + " other nodes, or lower the concurrency"
                        : " since its limit of open files was reached: raise 'ulimit -n' or use more clients");
        return List.of(new ValidityFinding(kind.jsonName(), message, worst));
    }

    private Map<Integer, Double> health(ToDoubleFunction<ClientHealthAggregate> figure) {
        Map<Integer, Double> figures = new TreeMap<>();
        run.clientHealth().forEach((client, health) -> figures.put(client, figure.applyAsDouble(health)));
        return figures;
    }

    private static List<ValidityFinding> find(Sign sign, Map<Integer, Double> figures) {
        List<Integer> beyond = beyond(figures, sign.limit());
        if (beyond.isEmpty()) {
            return List.of();
        }
        int worst = worst(figures);
        double most = figures.getOrDefault(worst, 0.0);
        String limit = " (limit " + sign.figure(sign.limit()) + sign.unit() + ")";
        String message;
        if (beyond.size() == 1) {
            message = String.format(Locale.ROOT, sign.one(), worst, sign.figure(most) + sign.unit()) + limit;
        } else {
            double least = beyond.stream()
                    .mapToDouble(client -> figures.getOrDefault(client, 0.0))
                    .min()
                    .orElse(most);
            String from = sign.figure(least);
            String to = sign.figure(most);
            message = beyond.size() + " of " + figures.size() + " clients: " + sign.name() + " "
                    + (from.equals(to) ? to : from + "–" + to) + sign.unit() + ", worst client " + worst + limit;
        }
        return List.of(new ValidityFinding(sign.code(), message + ": " + sign.remedy(), worst));
    }

    private static List<Integer> beyond(Map<Integer, Double> figures, double limit) {
        return figures.entrySet().stream()
                .filter(figure -> figure.getValue() > limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static int worst(Map<Integer, Double> figures) {
        return figures.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(0);
    }

    private static double milliseconds(long nanos) {
        return nanos / NANOS_PER_MILLISECOND;
    }
}
