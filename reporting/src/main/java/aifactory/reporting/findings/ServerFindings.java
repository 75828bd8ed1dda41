package aifactory.reporting.findings;

import aifactory.measurement.RequestCounts;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import aifactory.reporting.Figures;
import aifactory.reporting.RunFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares the servers' own metrics with what the clients sent, and the load of the replicas. */
final class ServerFindings {
    private static final double LARGEST_IMBALANCE = 0.1;
    private static final long FEWEST_REQUESTS_APART = 2;
    /** Replicas that fail equally often differ by more than chance allows in fewer than one of so many runs. */
    private static final double RUNS_PER_FALSE_IMBALANCE = 100;

    private static final double MORE_REQUESTS = 0.02;
    private static final int MORE_REQUESTS_AT_LEAST = 5;
    private static final int FEWEST_SAMPLES = 5;
    /** By which the mean of so many samples may be off. */
    private static final double STANDARD_ERRORS = 4;

    private static final double MORE_IN_FLIGHT = 0.2;
    private static final int MORE_IN_FLIGHT_AT_LEAST = 2;

    private final RunFacts facts;
    private final RunResult result;
    private final List<RunResult.ServerMetrics> servers;

    ServerFindings(RunFacts facts, RunResult result) {
        this.facts = facts;
        this.result = result;
        this.servers = result.serverMetrics();
    }

    List<Finding> find() {
        return Stream.of(promptsRepeated(), busyWithOthers(), replicaImbalance())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable Finding promptsRepeated() {
        long entries = facts.datasetEntries() == null ? 0 : facts.datasetEntries();
        long prompts = facts.aggregate().observations().highestNumber() + 1;
        boolean wrapped = entries > 0 && prompts > entries;
        if (!wrapped && !facts.specification().samePrompts()) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        double times = wrapped ? (double) prompts / entries : 1;
        String message = wrapped
                ? "The dataset has " + Figures.count(entries) + " entries for " + Figures.count(prompts)
                        + " requests: each prompt was sent " + Figures.of(times) + " times on average."
                : "The prompts are those of every run with this seed (same_prompts).";
        OptionalDouble hits = prefixCacheHits();
        hits.ifPresent(share -> details.put("prefix_cache_hit_percent", share * 100));
        String cache = hits.isPresent()
                ? " The server reports that " + Figures.percent(hits.getAsDouble())
                        + " of the prompt tokens were in its prefix cache."
                : " The server may have them in its prefix cache.";
        return new Finding(
                "prompts_repeated",
                message + cache,
                times,
                "times each prompt",
                wrapped
                        ? "Use a dataset with at least as many entries as requests, or turn off the server's prefix cache."
                        : "Leave out --same-prompts, or turn off the server's prefix cache.",
                details);
    }

    /** Over all servers that report it. */
    private OptionalDouble prefixCacheHits() {
        double hits = 0;
        double queries = 0;
        for (RunResult.ServerMetrics server : servers) {
            if (!server.samples().isEmpty()) {
                RunResult.ServerSample last = server.samples().getLast();
                Double ofServer = last.prefixCacheHits();
                Double asked = last.prefixCacheQueries();
                hits += ofServer == null || asked == null ? 0 : ofServer;
                queries += ofServer == null || asked == null ? 0 : asked;
            }
        }
        return queries > 0 ? OptionalDouble.of(hits / queries) : OptionalDouble.empty();
    }

    private @Nullable Finding busyWithOthers() {
        if (servers.isEmpty() || servers.size() < facts.targets().size()) {
            return null;
        }
        Finding byCount = moreFinished();
        return byCount == null ? moreInFlight() : byCount;
    }

    private @Nullable Finding moreFinished() {
        double finished = 0;
        for (RunResult.ServerMetrics server : servers) {
            Double ofServer = server.samples().isEmpty()
                    ? null
                    : server.samples().getLast().requestsFinished();
            if (ofServer == null) {
                return null;
            }
            finished += ofServer;
        }
        long sent = facts.aggregate().all().sent();
        double others = finished - sent;
        if (others <= Math.max(MORE_REQUESTS_AT_LEAST, MORE_REQUESTS * sent)) {
            return null;
        }
        return busy(
                "The servers finished " + Figures.count(Math.round(finished))
                        + " requests during the run, the clients sent "
                        + Figures.count(sent) + ": at least " + Figures.count(Math.round(others))
                        + " requests came from others.",
                others,
                "requests");
    }

    /** Both are read once per second: the servers' requests by their metrics, the clients' by their own count. */
    private @Nullable Finding moreInFlight() {
        List<RunResult.TimelinePoint> timeline = result.timeline();
        int width = timeline.size() < 2
                ? 1
                : timeline.get(1).second() - timeline.get(0).second();
        double server = 0;
        double client = 0;
        double squaredError = 0;
        for (RunResult.ServerMetrics metrics : servers) {
            List<RunResult.ServerSample> samples = metrics.samples().stream()
                    .filter(sample -> sample.running() != null && sample.second() >= 0)
                    .filter(sample -> sample.second() / width < timeline.size())
                    .toList();
            if (samples.size() < FEWEST_SAMPLES) {
                return null;
            }
            double mean = samples.stream()
                    .mapToDouble(ServerFindings::requests)
                    .average()
                    .orElse(0);
            double squares = samples.stream()
                    .mapToDouble(sample -> Math.pow(requests(sample) - mean, 2))
                    .sum();
            server += mean;
            squaredError += squares / (samples.size() - 1) / samples.size();
            client = Math.max(
                    client,
                    samples.stream()
                            .mapToDouble(sample -> timeline.get((int) (sample.second() / width))
                                    .inFlight())
                            .average()
                            .orElse(0));
        }
        double excess = server - client;
        double chance = STANDARD_ERRORS * Math.sqrt(squaredError);
        if (excess <= Math.max(MORE_IN_FLIGHT_AT_LEAST, Math.max(MORE_IN_FLIGHT * client, chance))) {
            return null;
        }
        return busy(
                "The servers worked on " + Figures.of(server) + " requests on average, the clients had "
                        + Figures.of(client) + " in flight: the others came from elsewhere.",
                excess,
                "requests in flight");
    }

    private static double requests(RunResult.ServerSample sample) {
        Double running = sample.running();
        Double waiting = sample.waiting();
        return (running == null ? 0 : running) + (waiting == null ? 0 : waiting);
    }

    private static Finding busy(String message, double value, String unit) {
        return new Finding(
                "server_busy_with_others",
                message + " The values are of a server that shares its time with other load.",
                value,
                unit,
                "Repeat the run on a server that no one else uses.");
    }

    /**
     * By how many completed requests two of the replicas may differ when each request fails with the same probability,
     * by Bernstein's inequality, which holds for few requests too.
     */
    private static double apartByChance(List<RunResult.Part> replicas) {
        double completed = 0;
        double ended = 0;
        for (RunResult.Part replica : replicas) {
            completed += replica.requests().completed();
            ended += replica.requests().completed() + replica.requests().failed();
        }
        double share = completed / Math.max(1, ended);
        double variance = ended / replicas.size() * share * (1 - share);
        double pairs = replicas.size() * (replicas.size() - 1.0);
        double exponent = Math.log(pairs * RUNS_PER_FALSE_IMBALANCE);
        // The difference of two replicas has twice the variance of one.
        return Math.sqrt(2 * 2 * variance * exponent) + 2 * exponent / 3 * Math.min(1, variance);
    }

    private @Nullable Finding replicaImbalance() {
        List<RunResult.Part> replicas = result.perTarget();
        if (replicas.size() < 2) {
            return null;
        }
        RunResult.Part least = replicas.getFirst();
        RunResult.Part most = replicas.getFirst();
        long sum = 0;
        for (RunResult.Part replica : replicas) {
            RequestCounts counts = replica.requests();
            sum += counts.completed();
            least = counts.completed() < least.requests().completed() ? replica : least;
            most = counts.completed() > most.requests().completed() ? replica : most;
        }
        long apart = most.requests().completed() - least.requests().completed();
        double mean = (double) sum / replicas.size();
        double chance = Math.max(FEWEST_REQUESTS_APART, apartByChance(replicas));
        if (apart <= Math.max(chance, LARGEST_IMBALANCE * mean)) {
            return null;
        }
        return new Finding(
                "replica_imbalance",
                "The replicas completed different shares of the requests: " + most.name() + " "
                        + Figures.count(most.requests().completed()) + ", " + least.name() + " "
                        + Figures.count(least.requests().completed()) + " ("
                        + Figures.count(least.requests().failed())
                        + " failed); " + Figures.of(mean) + " would be the same for each.",
                apart / mean * 100,
                "%",
                "Check the replica with the fewest requests: its errors, its load and its latencies are in the"
                        + " breakdown by server.");
    }
}
