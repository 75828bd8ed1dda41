package aifactory.reporting.explanation;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.ServerSample;
import aifactory.reporting.Figures;
import aifactory.servermetrics.ServerFigure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What limits the server, each cause by a rule with evidence and a remedy. A rule claims nothing without the figures
 * that it needs, and its limits are well apart from what a server without the cause shows.
 */
final class LimitCauses {
    private static final int FEWEST_SAMPLES = 5;
    /** A cache above this share has no room for another request. */
    private static final double FULL_CACHE = 0.9;
    /** Below this share the cache is not what keeps requests waiting. */
    private static final double ROOM_IN_CACHE = 0.8;
    /** The share of samples in which a state has to be seen. */
    private static final double MOST_OF_THE_TIME = 0.5;

    private static final double PREEMPTED_SHARE = 0.01;
    private static final int PREEMPTIONS_AT_LEAST = 5;
    /** Of running requests around their highest number that count as a plateau. */
    private static final double PLATEAU = 0.03;

    private static final double PLATEAU_SHARE = 0.8;
    /** How much longer the longest gaps are than the usual ones where prefill interrupts decoding. */
    private static final double LONG_GAP = 3;
    /** Concurrent requests, on average: else no prefill meets a request that decodes. */
    private static final double FEWEST_RUNNING = 1.2;

    /** A stall in prefills: a gap lasts as long as one prompt, or a few. */
    private static final double SHORTEST_STALL = 0.6;

    private static final double LONGEST_STALL = 4;
    private static final double PREFILL_BUSY = 0.05;
    private static final double MISSING_HITS = 0.1;
    private static final double GATEWAY_SHARE = 0.2;
    private static final double GATEWAY_AT_LEAST_MS = 5;
    private static final double CLIENT_SHARE = 0.1;
    private static final double CLIENT_SHARE_AT_LEAST_MS = 1;
    private static final int FEWEST_OF_A_THIRD = 3;
    private static final double QUEUE_GROWTH = 2;
    private static final double REFUSED_SHARE = 0.02;

    /** Reasons of an invalid run that are the clients' doing. */
    private static final Set<String> CLIENT_REASONS = Set.of(
            "client_cpu",
            "event_loop_lag",
            "local_ports",
            "offered_rate",
            "open_files",
            "process_paused",
            "schedule_delay",
            "send_queue");

    private final RunResult result;
    private final ServerWindow window;
    private final @Nullable Double expectedHitShare;
    private final double sendingEndSecond;

    /**
     * @param sendingEndSecond when the last request was due, since T0: from then on every queue becomes shorter
     * @param expectedHitShare the share of prompt tokens that the workload repeats, 0 to 1; null if unknown
     */
    LimitCauses(RunResult result, ServerWindow window, @Nullable Double expectedHitShare, double sendingEndSecond) {
        this.result = result;
        this.window = window;
        this.expectedHitShare = expectedHitShare;
        this.sendingEndSecond = sendingEndSecond;
    }

    List<Finding> find() {
        return Stream.of(
                        clients(),
                        serverThrottles(),
                        others(),
                        preemptions(),
                        cacheFull(),
                        sequenceLimit(),
                        queueGrows(),
                        prefillBlocksDecode(),
                        prefixHitsLow(),
                        SlowReplica.find(result.perTarget()),
                        gateway())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable Finding clients() {
        List<String> codes = new ArrayList<>();
        result.summary().invalidReasons().stream()
                .map(reason -> reason.code())
                .filter(CLIENT_REASONS::contains)
                .distinct()
                .forEach(codes::add);
        MetricSummary ttft = metric("ttft_ms");
        MetricSummary.ClientShare share = ttft == null ? null : ttft.clientShare();
        double waitMs = share == null ? 0 : share.p50();
        double ofTtft = ttft == null || ttft.p50() <= 0 ? 0 : waitMs / ttft.p50();
        boolean large = waitMs >= CLIENT_SHARE_AT_LEAST_MS && ofTtft >= CLIENT_SHARE;
        if (codes.isEmpty() && !large) {
            return null;
        }
        double percent = large ? 100 * ofTtft : 100;
        String evidence = codes.isEmpty()
                ? "Half of the requests wait " + Figures.of(waitMs) + " ms or more in the clients, "
                        + Figures.percent(ofTtft) + " of the median TTFT."
                : "The clients could not keep the load (" + String.join(", ", codes) + ").";
        return new Finding(
                "clients_are_the_limit",
                evidence,
                percent,
                "%",
                "Use more clients or more cores per client, and repeat the run.");
    }

    private @Nullable Finding serverThrottles() {
        double throttled = result.summary().allFindings().stream()
                .filter(finding -> finding.code().equals("server_throttled"))
                .mapToDouble(finding -> finding.value() == null ? 0 : finding.value())
                .sum();
        return throttled >= REFUSED_SHARE * result.summary().requests().sent()
                ? fromFindings("server_throttled", "server_refuses_load")
                : null;
    }

    private @Nullable Finding others() {
        return fromFindings("server_busy_with_others", "server_busy_with_others");
    }

    private @Nullable Finding fromFindings(String code, String cause) {
        return result.summary().allFindings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .map(finding -> new Finding(
                        cause, finding.message(), finding.value(), finding.unit(), finding.remedy(), finding.details()))
                .orElse(null);
    }

    private @Nullable Finding preemptions() {
        OptionalDouble preempted = window.growth(ServerSample::preemptions);
        long completed = result.summary().requests().completed();
        if (preempted.isEmpty()
                || preempted.getAsDouble() < Math.max(PREEMPTIONS_AT_LEAST, PREEMPTED_SHARE * completed)) {
            return null;
        }
        return new Finding(
                "preemptions",
                "The server preempted requests " + Figures.count(Math.round(preempted.getAsDouble())) + " times for "
                        + Figures.count(completed)
                        + " completed requests: their KV cache was dropped and their prompts were computed again.",
                preempted.getAsDouble(),
                "preemptions",
                "Give the KV cache more memory (vLLM: --gpu-memory-utilization), or allow fewer concurrent sequences (--max-num-seqs).");
    }

    private @Nullable Finding cacheFull() {
        for (List<ServerSample> samples : window.servers()) {
            List<ServerSample> known = samples.stream()
                    .filter(sample -> sample.kvCacheShare() != null && sample.waiting() != null)
                    .toList();
            double full = share(
                    known, sample -> orZero(sample.kvCacheShare()) >= FULL_CACHE && orZero(sample.waiting()) >= 1);
            if (known.size() >= FEWEST_SAMPLES && full >= MOST_OF_THE_TIME) {
                double waiting = known.stream()
                        .mapToDouble(sample -> orZero(sample.waiting()))
                        .average()
                        .orElse(0);
                return new Finding(
                        "kv_cache_full",
                        "The KV cache was full (" + Figures.percent(FULL_CACHE)
                                + " or more in use) while requests waited in "
                                + Figures.percent(full) + " of the samples; " + Figures.of(waiting)
                                + " requests waited on average.",
                        full * 100,
                        "% of the time",
                        "Give the KV cache more memory, use a smaller KV type or shorter contexts, add a replica, or lower the load.");
            }
        }
        return null;
    }

    private @Nullable Finding sequenceLimit() {
        for (List<ServerSample> samples : window.servers()) {
            List<ServerSample> known = samples.stream()
                    .filter(sample -> sample.running() != null && sample.waiting() != null)
                    .toList();
            if (known.size() < FEWEST_SAMPLES
                    || share(known, sample -> orZero(sample.kvCacheShare()) > ROOM_IN_CACHE) > 0.2) {
                continue;
            }
            double limit = limit(known);
            double atLimit = share(
                    known,
                    sample -> orZero(sample.waiting()) >= 1 && orZero(sample.running()) >= limit * (1 - PLATEAU));
            double waitingBelow = share(
                    known,
                    sample -> orZero(sample.waiting()) >= 1 && orZero(sample.running()) < limit * (1 - PLATEAU) - 1);
            if (limit >= 1 && atLimit >= MOST_OF_THE_TIME && atLimit >= PLATEAU_SHARE * (atLimit + waitingBelow)) {
                return new Finding(
                        "max_num_seqs_reached",
                        "The server ran " + Figures.of(limit) + " requests at most, and others waited in "
                                + Figures.percent(atLimit) + " of the samples although the KV cache had room.",
                        limit,
                        "requests",
                        "Raise the number of concurrent sequences (vLLM: --max-num-seqs, SGLang: --max-running-requests,"
                                + " llama.cpp: -np), or add a replica.");
            }
        }
        return null;
    }

    private static double limit(List<ServerSample> samples) {
        double highest = 0;
        for (ServerSample sample : samples) {
            Double stated = sample.more().get(ServerFigure.REQUESTS_RUNNING_LIMIT.jsonName());
            if (stated != null && stated > 0) {
                return stated;
            }
            highest = Math.max(highest, orZero(sample.running()));
        }
        return highest;
    }

    /** In an open loop: the queue of the last third is longer than that of the first by more than its own variation. */
    private @Nullable Finding queueGrows() {
        for (List<ServerSample> samples : window.servers()) {
            double[] waiting = samples.stream()
                    .filter(sample -> sample.second() >= 0 && sample.second() <= sendingEndSecond)
                    .map(ServerSample::waiting)
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            int third = waiting.length / 3;
            if (third < FEWEST_OF_A_THIRD) {
                continue;
            }
            double first = mean(waiting, 0, third);
            double middle = mean(waiting, third, waiting.length - third);
            double last = mean(waiting, waiting.length - third, waiting.length);
            double running = samples.stream()
                    .mapToDouble(sample -> orZero(sample.running()))
                    .average()
                    .orElse(0);
            boolean grows = first < middle && middle < last && last >= QUEUE_GROWTH * (first + 1) && last > running / 4;
            if (grows) {
                return new Finding(
                        "queue_grows",
                        "The server's queue grew through the run, from " + Figures.of(first) + " to " + Figures.of(last)
                                + " waiting requests: more requests arrive than it completes.",
                        last,
                        "requests",
                        "Lower the request rate below "
                                + Figures.of(result.summary().requestThroughput())
                                + " requests/s, or add capacity; latencies of this run depend on its length.");
            }
        }
        return null;
    }

    private @Nullable Finding prefillBlocksDecode() {
        MetricSummary gaps = metric("itl_ms");
        OptionalDouble prefill = window.meanMs(ServerFigure.PREFILL_TIME);
        OptionalDouble running = window.mean(ServerSample::running);
        if (gaps == null
                || gaps.count() < 100
                || prefill.isEmpty()
                || running.orElse(0) < FEWEST_RUNNING
                || gaps.p50() <= 0) {
            return null;
        }
        double prefillMs = prefill.getAsDouble();
        double extraMs = gaps.p99() - gaps.p50();
        double busy = result.summary().requestThroughput() * prefillMs / 1e3;
        boolean likePrefill = extraMs >= SHORTEST_STALL * prefillMs && extraMs <= LONGEST_STALL * prefillMs;
        if (gaps.p99() < LONG_GAP * gaps.p50()
                || !likePrefill
                || busy < PREFILL_BUSY
                || prefillMs < LONG_GAP * gaps.p50() / 2) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("itl_p50_ms", gaps.p50());
        details.put("itl_p99_ms", gaps.p99());
        details.put("prefill_mean_ms", prefillMs);
        return new Finding(
                "prefill_blocks_decode",
                "The longest gaps between tokens (p99 " + Figures.of(gaps.p99()) + " ms, median "
                        + Figures.of(gaps.p50())
                        + " ms) are as long as a prefill (" + Figures.of(prefillMs)
                        + " ms): running requests wait while prompts of others are processed.",
                gaps.p99() / gaps.p50(),
                "times the median gap",
                "Use chunked prefill with smaller chunks (vLLM: --max-num-batched-tokens), or separate servers for prefill and decode.",
                details);
    }

    private @Nullable Finding prefixHitsLow() {
        OptionalDouble hits = window.growth(ServerSample::prefixCacheHits);
        OptionalDouble queries = window.growth(ServerSample::prefixCacheQueries);
        Double expected = expectedHitShare;
        if (expected == null || hits.isEmpty() || queries.isEmpty() || queries.getAsDouble() <= 0) {
            return null;
        }
        double share = hits.getAsDouble() / queries.getAsDouble();
        if (share >= expected - MISSING_HITS) {
            return null;
        }
        return new Finding(
                "prefix_cache_hits_low",
                "The server found " + Figures.percent(share)
                        + " of the prompt tokens in its prefix cache; the workload repeats " + Figures.percent(expected)
                        + ".",
                share * 100,
                "%",
                "Turn the prefix cache on, give it more memory, or route requests with the same prefix to the same replica.",
                Map.of("expected_percent", expected * 100));
    }

    private @Nullable Finding gateway() {
        MetricSummary ttft = metric("ttft_ms");
        OptionalDouble server = window.meanMs(ServerFigure.TIME_TO_FIRST_TOKEN);
        OptionalDouble reported = window.meanMs(ServerFigure.GATEWAY_TIME);
        if (ttft == null || (server.isEmpty() && reported.isEmpty())) {
            return null;
        }
        MetricSummary.ClientShare share = ttft.clientShare();
        double added = reported.orElse(ttft.mean() - server.orElse(ttft.mean()) - (share == null ? 0 : share.p50()));
        if (added < GATEWAY_AT_LEAST_MS || added < GATEWAY_SHARE * ttft.mean()) {
            return null;
        }
        return new Finding(
                "gateway_adds_latency",
                "Between the clients and the server " + Figures.of(added) + " ms are added to a TTFT of "
                        + Figures.of(ttft.mean()) + " ms on average"
                        + (reported.isPresent() ? ", as the gateway itself reports." : "."),
                added,
                "ms",
                "Measure the server without the gateway, from a node next to it, and compare.");
    }

    private @Nullable MetricSummary metric(String name) {
        MetricSummary summary = result.summary().metrics().get(name);
        return summary == null || summary.count() == 0 ? null : summary;
    }

    private static double share(List<ServerSample> samples, Predicate<ServerSample> state) {
        return samples.isEmpty() ? 0 : (double) samples.stream().filter(state).count() / samples.size();
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return to <= from ? 0 : sum / (to - from);
    }
}
