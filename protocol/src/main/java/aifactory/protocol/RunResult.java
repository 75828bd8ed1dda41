package aifactory.protocol;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestCounts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a report shows of a run, short of the request records.
 *
 * @param distributions by metric name: the percentile curve
 * @param timeline one point a second over the whole run, warm-up included
 * @param perClient in the order of the clients' numbers
 * @param perTarget in the order of the run's targets
 * @param serverMetrics what the AI servers reported during the run, in the order of the run's targets; empty when
 *     they were not asked
 * @param serverLogs of the servers that were started for the run, by file name: the beginning and the end of each
 */
public record RunResult(
        RunSummary summary,
        Map<String, List<PercentilePoint>> distributions,
        List<TimelinePoint> timeline,
        List<Part> perClient,
        List<Part> perTarget,
        List<ServerMetrics> serverMetrics,
        Map<String, String> serverLogs) {

    public RunResult {
        // Results of earlier versions, as databases hold them, are without them.
        serverMetrics = Objects.requireNonNullElse(serverMetrics, List.of());
        serverLogs = Objects.requireNonNullElse(serverLogs, Map.of());
    }

    /** Without server metrics, and without servers that were started for the run. */
    public RunResult(
            RunSummary summary,
            Map<String, List<PercentilePoint>> distributions,
            List<TimelinePoint> timeline,
            List<Part> perClient,
            List<Part> perTarget) {
        this(summary, distributions, timeline, perClient, perTarget, List.of(), Map.of());
    }

    /** The same result with the server metrics. */
    public RunResult withServerMetrics(List<ServerMetrics> told) {
        return new RunResult(summary, distributions, timeline, perClient, perTarget, told, serverLogs);
    }

    /** The same result with its parts by model. */
    public RunResult withModels(List<Part> models) {
        return with(summary.withModels(models.isEmpty() ? null : List.copyOf(models)));
    }

    /** The same result with what the clients' GPUs did; null where they were not sampled. */
    public RunResult withGpus(@Nullable GpuSummary sampled) {
        return with(summary.withGpus(sampled));
    }

    /** The same result of a run that was ended before its time; null for one that was not. */
    public RunResult withEarlyEnd(RunSummary.@Nullable EarlyEnd early) {
        return with(summary.withEarlyEnd(early));
    }

    /** The same result, checked against the service levels of a benchmark file. */
    public RunResult withServiceLevels(List<RunSummary.ServiceLevel> levels) {
        return with(summary.withServiceLevels(levels));
    }

    /** The same result with the servers that were started for it; see {@link RunSummary#withServers}. */
    public RunResult withServers(
            List<RunSummary.Server> started, List<RunSummary.InvalidReason> lost, Map<String, String> logs) {
        return new RunResult(
                summary.withServers(started, lost),
                distributions,
                timeline,
                perClient,
                perTarget,
                serverMetrics,
                Map.copyOf(logs));
    }

    /** The same result with findings in addition to the verdict. */
    public RunResult withFindings(List<Finding> found) {
        return with(summary.withFindings(found));
    }

    /** The same result with its explanation. */
    public RunResult withExplanation(Explanation explained) {
        return with(summary.withExplanation(explained));
    }

    /** The same result with the energy of the servers' nodes; null where no servers were started for the run. */
    public RunResult withEnergy(@Nullable EnergySummary used) {
        return with(summary.withEnergy(used));
    }

    /** The same result, of which something is missing; see {@link RunSummary#withMissing}. */
    public RunResult withMissing(List<RunSummary.InvalidReason> missing) {
        return with(summary.withMissing(missing));
    }

    private RunResult with(RunSummary changed) {
        return new RunResult(changed, distributions, timeline, perClient, perTarget, serverMetrics, serverLogs);
    }

    /** A point of a percentile curve. */
    public record PercentilePoint(double percentile, double milliseconds, long count) {}

    /**
     * One second of the run over all clients.
     *
     * @param second since T0
     * @param ttftP50Ms of measured requests that completed in the second; null if no request completed
     */
    public record TimelinePoint(
            int second,
            long scheduled,
            long completed,
            long failed,
            long outputTokens,
            long chunks,
            int inFlight,
            @Nullable Double ttftP50Ms,
            @Nullable Double ttftP99Ms,
            @Nullable Double itlP50Ms,
            @Nullable Double itlP99Ms) {}

    /**
     * The part of one client, of one AI server or of one model.
     *
     * @param name the client's node, the server's address or the model's name
     * @param documents the check of responses against the requested JSON Schema; null where none was checked, for
     *     clients, and in results of earlier versions
     */
    public record Part(
            int number,
            String name,
            RequestCounts requests,
            Map<String, MetricSummary> metrics,
            RunSummary.@Nullable Documents documents) {
        /** Without documents. */
        public Part(int number, String name, RequestCounts requests, Map<String, MetricSummary> metrics) {
            this(number, name, requests, metrics, null);
        }
    }

    /**
     * What one AI server reported of itself.
     *
     * @param name the server's address
     * @param problem why it reported nothing, or nothing for a while; null if it always answered
     * @param engine whose metrics these are, for instance {@code vLLM}; null without samples, and in results of
     *     earlier versions
     * @param durations what the server's own histograms counted between the first and the last sample
     */
    public record ServerMetrics(
            int number,
            String name,
            List<ServerSample> samples,
            @Nullable String problem,
            @Nullable String engine,
            List<ServerDurations> durations) {

        public ServerMetrics {
            // Results of earlier versions are without it.
            durations = Objects.requireNonNullElse(durations, List.of());
        }

        /** Without durations. */
        public ServerMetrics(int number, String name, List<ServerSample> samples, @Nullable String problem) {
            this(number, name, samples, problem, null, List.of());
        }
    }

    /**
     * What a histogram of the server counted during the run.
     *
     * @param figure its name in the vocabulary, for instance {@code queue_time}
     * @param count of durations; null where the server does not report it
     * @param sumS of all, in seconds
     * @param buckets cumulative; empty where the server reports none
     */
    public record ServerDurations(String figure, @Nullable Double count, double sumS, List<DurationBucket> buckets) {}

    /**
     * A cumulative bucket.
     *
     * @param upToS the bound in seconds; null for the bucket of all durations
     */
    public record DurationBucket(@Nullable Double upToS, double count) {}

    /**
     * One response of an AI server; what it does not report is null.
     *
     * @param second since T0
     * @param running requests that it processes
     * @param waiting requests in its queue
     * @param kvCacheShare of its cache for keys and values that is in use, 0 to 1
     * @param preemptions since the run began
     * @param requestsFinished since the run began, including requests of other clients
     * @param prefixCacheQueries prompt tokens looked up in the prefix cache since the run began
     * @param prefixCacheHits prompt tokens found there since the run began
     * @param more further figures by their name in the vocabulary: gauges, counters since the run began, and of each
     *     duration its sum since the run began (name and {@code _s}) and their number (name and {@code _count})
     */
    public record ServerSample(
            double second,
            @Nullable Double running,
            @Nullable Double waiting,
            @Nullable Double kvCacheShare,
            @Nullable Double preemptions,
            @Nullable Double requestsFinished,
            @Nullable Double prefixCacheQueries,
            @Nullable Double prefixCacheHits,
            Map<String, Double> more) {

        public ServerSample {
            // Results of earlier versions are without it.
            more = Objects.requireNonNullElse(more, Map.of());
        }

        /** Without further figures. */
        public ServerSample(
                double second,
                @Nullable Double running,
                @Nullable Double waiting,
                @Nullable Double kvCacheShare,
                @Nullable Double preemptions,
                @Nullable Double requestsFinished,
                @Nullable Double prefixCacheQueries,
                @Nullable Double prefixCacheHits) {
            this(
                    second,
                    running,
                    waiting,
                    kvCacheShare,
                    preemptions,
                    requestsFinished,
                    prefixCacheQueries,
                    prefixCacheHits,
                    Map.of());
        }

        /** Without counters of requests and of the prefix cache. */
        public ServerSample(
                double second,
                @Nullable Double running,
                @Nullable Double waiting,
                @Nullable Double kvCacheShare,
                @Nullable Double preemptions) {
            this(second, running, waiting, kvCacheShare, preemptions, null, null, null);
        }
    }
}
