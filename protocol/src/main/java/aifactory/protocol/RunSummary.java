package aifactory.protocol;

import aifactory.measurement.ClientShares;
import aifactory.measurement.DocumentCounts;
import aifactory.measurement.MetricSummary;
import aifactory.measurement.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code summary.json}, schema {@code aifactory.summary/1}. */
public record RunSummary(
        String schema,
        long benchmarkId,
        String runId,
        RunState status,
        boolean valid,
        List<InvalidReason> invalidReasons,
        Provenance provenance,
        Clients clients,
        Requests requests,
        Tokens tokens,
        double durationS,
        double requestThroughput,
        double outputTokenThroughput,
        double totalTokenThroughput,
        @Nullable Double goodputRps,
        @Nullable Double sloAttainment,
        @Nullable SlurmUsage slurmUsage,
        Map<String, @Nullable MetricSummary> metrics,
        ClientHealth clientHealth,
        @Nullable GpuSummary gpus,
        @Nullable List<ServiceLevel> slo,
        @Nullable List<Server> servers,
        @Nullable List<Finding> findings,
        @Nullable EarlyEnd endedEarly,
        @Nullable Explanation explanation,
        @Nullable List<RunResult.Part> perModel,
        @Nullable EnergySummary energy) {

    /** Without GPUs and servers, and without service levels. */
    public RunSummary(
            String schema,
            long benchmarkId,
            String runId,
            RunState status,
            boolean valid,
            List<InvalidReason> invalidReasons,
            Provenance provenance,
            Clients clients,
            Requests requests,
            Tokens tokens,
            double durationS,
            double requestThroughput,
            double outputTokenThroughput,
            double totalTokenThroughput,
            @Nullable Double goodputRps,
            @Nullable Double sloAttainment,
            @Nullable SlurmUsage slurmUsage,
            Map<String, @Nullable MetricSummary> metrics,
            ClientHealth clientHealth) {
        this(
                schema,
                benchmarkId,
                runId,
                status,
                valid,
                invalidReasons,
                provenance,
                clients,
                requests,
                tokens,
                durationS,
                requestThroughput,
                outputTokenThroughput,
                totalTokenThroughput,
                goodputRps,
                sloAttainment,
                slurmUsage,
                metrics,
                clientHealth,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The same with findings, null in the summaries of earlier versions. */
    public RunSummary withFindings(List<Finding> found) {
        return with(status, valid, invalidReasons, gpus, slo, servers, List.copyOf(found), endedEarly, explanation);
    }

    /** The same with its explanation, null in the summaries of earlier versions. */
    public RunSummary withExplanation(Explanation explained) {
        return with(status, valid, invalidReasons, gpus, slo, servers, findings, endedEarly, explained);
    }

    /** The findings; empty without findings and in the summaries of earlier versions. */
    public List<Finding> allFindings() {
        return findings == null ? List.of() : findings;
    }

    /** The same run, which was ended before its time; null for one that was not. */
    public RunSummary withEarlyEnd(@Nullable EarlyEnd early) {
        return with(status, valid, invalidReasons, gpus, slo, servers, findings, early, explanation);
    }

    /** The same with what the clients' GPUs did. */
    public RunSummary withGpus(@Nullable GpuSummary sampled) {
        return with(status, valid, invalidReasons, sampled, slo, servers, findings, endedEarly, explanation);
    }

    /** The same, checked against the service levels of a benchmark file. */
    public RunSummary withServiceLevels(List<ServiceLevel> levels) {
        return with(
                status, valid, invalidReasons, gpus, List.copyOf(levels), servers, findings, endedEarly, explanation);
    }

    /**
     * The same with the servers that were started for it.
     *
     * @param lost why the run is not valid: one reason for each that was not there to the end
     */
    public RunSummary withServers(List<Server> started, List<InvalidReason> lost) {
        List<InvalidReason> reasons = new ArrayList<>(lost);
        reasons.addAll(invalidReasons);
        boolean whole = lost.isEmpty();
        return with(
                whole ? status : RunState.INCOMPLETE,
                valid && whole,
                List.copyOf(reasons),
                gpus,
                slo,
                List.copyOf(started),
                findings,
                endedEarly,
                explanation);
    }

    /** The same summary of a run of which something is missing that no client lost; empty for nothing. */
    public RunSummary withMissing(List<InvalidReason> missing) {
        if (missing.isEmpty()) {
            return this;
        }
        List<InvalidReason> reasons = new ArrayList<>(missing);
        reasons.addAll(invalidReasons);
        return with(
                RunState.INCOMPLETE,
                false,
                List.copyOf(reasons),
                gpus,
                slo,
                servers,
                findings,
                endedEarly,
                explanation);
    }

    private RunSummary with(
            RunState newStatus,
            boolean newValid,
            List<InvalidReason> reasons,
            @Nullable GpuSummary sampled,
            @Nullable List<ServiceLevel> levels,
            @Nullable List<Server> started,
            @Nullable List<Finding> found,
            @Nullable EarlyEnd early,
            @Nullable Explanation explained) {
        return new RunSummary(
                schema,
                benchmarkId,
                runId,
                newStatus,
                newValid,
                reasons,
                provenance,
                clients,
                requests,
                tokens,
                durationS,
                requestThroughput,
                outputTokenThroughput,
                totalTokenThroughput,
                goodputRps,
                sloAttainment,
                slurmUsage,
                metrics,
                clientHealth,
                sampled,
                levels,
                started,
                found,
                early,
                explained,
                perModel,
                energy);
    }

    /** The same with its parts by model, in the order of the models; null where there is one. */
    public RunSummary withModels(@Nullable List<RunResult.Part> models) {
        return new RunSummary(
                schema,
                benchmarkId,
                runId,
                status,
                valid,
                invalidReasons,
                provenance,
                clients,
                requests,
                tokens,
                durationS,
                requestThroughput,
                outputTokenThroughput,
                totalTokenThroughput,
                goodputRps,
                sloAttainment,
                slurmUsage,
                metrics,
                clientHealth,
                gpus,
                slo,
                servers,
                findings,
                endedEarly,
                explanation,
                models,
                energy);
    }

    /** The same with the energy of the servers' nodes; null where no servers were started for the run. */
    public RunSummary withEnergy(@Nullable EnergySummary used) {
        return new RunSummary(
                schema,
                benchmarkId,
                runId,
                status,
                valid,
                invalidReasons,
                provenance,
                clients,
                requests,
                tokens,
                durationS,
                requestThroughput,
                outputTokenThroughput,
                totalTokenThroughput,
                goodputRps,
                sloAttainment,
                slurmUsage,
                metrics,
                clientHealth,
                gpus,
                slo,
                servers,
                findings,
                endedEarly,
                explanation,
                perModel,
                used);
    }

    /** The parts by model; empty where there is one model. */
    public List<RunResult.Part> models() {
        return perModel == null ? List.of() : perModel;
    }

    public static final String SCHEMA = "aifactory.summary/1";

    /**
     * Why a run is not valid.
     *
     * @param code a stable word, for instance {@code process_paused}
     * @param message the figure, the limit, the client and the remedy
     * @param client the client at fault, or null when it is the whole group
     */
    public record InvalidReason(
            String code, String message, @Nullable Integer client) {}

    /**
     * Where the numbers come from.
     *
     * @param specification the workload as it was run
     * @param specSha256 of its canonical JSON
     * @param command a command that repeats the run
     * @param server what the AI server reports about itself: model, version, arguments
     * @param startSpreadMs the spread of the clients' actual starts
     */
    public record Provenance(
            String version,
            String commit,
            String specSha256,
            long seed,
            Map<String, Object> specification,
            String startedAt,
            String endedAt,
            List<String> targets,
            @Nullable String command,
            Map<String, Object> server,
            double startSpreadMs,
            @Nullable Slurm slurm) {}

    /** The job that the clients ran in. */
    public record Slurm(@Nullable String cluster, @Nullable String version, String jobId, List<String> nodes) {}

    /**
     * The client processes.
     *
     * @param expected as many as the group was created with
     * @param registered when the run began
     * @param reported to the end
     * @param lost names of those that took part and did not report to the end
     */
    public record Clients(int expected, int registered, int reported, List<String> lost) {
        private static final int MOST_NAMES = 8;

        /** The names of those that are lost; of many, the first few and the number of the others. */
        public String lostInWords() {
            return names(lost);
        }

        /** The names; of many, the first few and the number of the others. */
        public static String names(List<String> names) {
            return names.size() <= MOST_NAMES
                    ? String.join(", ", names)
                    : String.join(", ", names.subList(0, MOST_NAMES)) + " and " + (names.size() - MOST_NAMES)
                            + " others";
        }

        /** As many as took no part: a group created with {@code min_clients} runs without them. */
        public int absent() {
            return Math.max(0, expected - reported - lost.size());
        }

        /** For example {@code 3 of 4 reported, 1 took no part}. */
        public String inWords() {
            return reported + " of " + expected + " reported" + (absent() > 0 ? ", " + absent() + " took no part" : "");
        }
    }

    /**
     * Why a run ended before its time.
     *
     * @param code {@link #MAX_ERRORS}, {@link #MAX_ERROR_RATE} or {@link #STOPPED}
     * @param reason for users
     */
    public record EarlyEnd(String code, String reason) {
        /** More requests failed than the workload allows. */
        public static final String MAX_ERRORS = "max_errors";

        /** A larger share of the latest requests failed than the workload allows. */
        public static final String MAX_ERROR_RATE = "max_error_rate";

        /** Stopped on request, or since a client or the servers were lost. */
        public static final String STOPPED = "stopped";

        /** Whether failed requests ended the run, as the workload asked. */
        public boolean byErrors() {
            return code.equals(MAX_ERRORS) || code.equals(MAX_ERROR_RATE);
        }
    }

    /**
     * Requests of the measured window.
     *
     * @param sent requests that the clients set out to send, those whose connection was refused among them
     * @param errors failed requests by cause
     * @param errorCauses the same by cause and HTTP status, the most frequent first
     * @param finishReasons how many responses ended for which reason, completed and failed
     * @param remarks how many responses have which {@linkplain aifactory.measurement.ResponseRemark remark}, by its
     *      name
     * @param skippedEvents server-sent events that carried nothing that is measured
     * @param failureBackoffs how often a slot of a closed loop waited since its request had failed quickly
     * @param failureBackoffTotalS for how long, all slots together
     * @param documents the check of responses against the requested JSON Schema; null where none was checked
     */
    public record Requests(
            long scheduled,
            long sent,
            long completed,
            long failed,
            long cancelled,
            Map<String, Long> errors,
            List<ErrorCause> errorCauses,
            Map<String, Long> finishReasons,
            Map<String, Long> remarks,
            @Nullable Long skippedEvents,
            long failureBackoffs,
            double failureBackoffTotalS,
            @Nullable Documents documents) {

        public Requests {
            // Results of earlier versions are without these.
            errorCauses = Objects.requireNonNullElse(errorCauses, List.of());
            finishReasons = Objects.requireNonNullElse(finishReasons, Map.of());
            remarks = Objects.requireNonNullElse(remarks, Map.of());
        }

        /** Without properties of the responses. */
        public Requests(
                long scheduled, long sent, long completed, long failed, long cancelled, Map<String, Long> errors) {
            this(
                    scheduled, sent, completed, failed, cancelled, errors, List.of(), Map.of(), Map.of(), null, 0, 0,
                    null);
        }
    }

    /**
     * Responses that were to be JSON documents of a schema.
     *
     * @param checked completed requests whose response was checked
     * @param valid those of them whose response is a document of the schema
     * @param validShare from 0 to 1
     */
    public record Documents(long checked, long valid, double validShare) {
        /** Null where none was checked. */
        public static @Nullable Documents of(DocumentCounts counts) {
            return counts.checked() == 0
                    ? null
                    : new Documents(counts.checked(), counts.valid(), (double) counts.valid() / counts.checked());
        }
    }

    /**
     * Failed requests with the same cause and the same HTTP status.
     *
     * @param status null where no answer came
     * @param firstMs when the first had failed, since T0
     * @param sample what the server said of the first, without control characters; null where nothing was said
     */
    public record ErrorCause(
            String cause,
            @Nullable Integer status,
            long count,
            double firstMs,
            @Nullable String sample) {}

    /**
     * Tokens of completed requests of the measured window.
     *
     * @param outputCounted output tokens as counted by the clients themselves, of the requests where that was possible;
     *      null where it never was
     * @param countedSource how they were counted: by a tokenizer, or by chunks
     * @param usageOfCounted the server's own count, believed or not, of the requests that have both; null where none
     *      has
     * @param countedOfUsage the clients' count of the same requests; null where none has
     * @param usageMismatches requests whose {@code usage} was not believed
     * @param unknownRequests requests whose output tokens are known by no source
     */
    public record Tokens(
            long input,
            long output,
            @Nullable TokenSource source,
            double perChunk,
            @Nullable Long outputCounted,
            @Nullable TokenSource countedSource,
            @Nullable Long usageOfCounted,
            @Nullable Long countedOfUsage,
            @Nullable Long usageMismatches,
            @Nullable Long unknownRequests) {

        /** Without what the clients counted themselves. */
        public Tokens(long input, long output, @Nullable TokenSource source, double perChunk) {
            this(input, output, source, perChunk, null, null, null, null, null, null);
        }
    }

    /**
     * A limit of the benchmark file's {@code slo} on one figure, and whether the run met it.
     *
     * @param metric for instance {@code ttft_ms}
     * @param statistic for instance {@code p99}
     * @param measuredMs null when nothing was measured, which does not meet it
     */
    public record ServiceLevel(
            String metric,
            String statistic,
            double limitMs,
            @Nullable Double measuredMs,
            boolean met) {}

    /**
     * An AI server that was started for the run.
     *
     * @param address one of the run's targets
     * @param nodes that it ran on, the one that answered first
     * @param commands as they were started, one for each node
     * @param arguments that the server was asked to have, by name
     * @param container the image, null for a command of the node itself
     * @param containerSha256 null unless a checksum was requested
     * @param readyAfterS from its start to its last warm-up request
     * @param lostAfterS from T0 to when its end was noticed; null when it was there to the end
     * @param failure null when it was there to the end
     */
    public record Server(
            int replica,
            String address,
            List<String> nodes,
            List<List<String>> commands,
            Map<String, Object> arguments,
            @Nullable String container,
            @Nullable String containerSha256,
            @Nullable Double readyAfterS,
            @Nullable Double lostAfterS,
            @Nullable ServerFailure failure) {}

    /** What the allocation cost so far. */
    public record SlurmUsage(double nodeHours) {}

    /** The worst value of all clients, next to the limit that it is checked against. */
    public record ClientHealth(
            double cpuMax,
            Map<String, Double> eventLoopLagMs,
            double gcPauseMsMax,
            double longestPauseMsMax,
            double clockOffsetMsMax,
            double clockUncertaintyMsMax,
            Map<String, Double> limits,
            @Nullable Stamps stamps) {

        /** Without saying where the stamps came from, as in the summaries of earlier versions. */
        public ClientHealth(
                double cpuMax,
                Map<String, Double> eventLoopLagMs,
                double gcPauseMsMax,
                double longestPauseMsMax,
                double clockOffsetMsMax,
                double clockUncertaintyMsMax,
                Map<String, Double> limits) {
            this(
                    cpuMax,
                    eventLoopLagMs,
                    gcPauseMsMax,
                    longestPauseMsMax,
                    clockOffsetMsMax,
                    clockUncertaintyMsMax,
                    limits,
                    null);
        }
    }

    /**
     * Where the stamps of what arrived came from.
     *
     * @param source {@code kernel}, {@code process}, or {@code mixed} where some requests had the one and some the
     *      other
     * @param coalescedShare of the chunks that the kernel stamped: those that lay unread with a later one and carry its
     *      stamp
     * @param coalescedWidthMs by how much these may have arrived earlier; null without such chunks
     * @param wallClockSteps how often the wall clock of a client was set
     * @param largestWallClockStepMs negative when it was set back; 0 without a step
     */
    public record Stamps(
            ClientShares.Source source,
            double coalescedShare,
            MetricSummary.@Nullable ClientShare coalescedWidthMs,
            long wallClockSteps,
            double largestWallClockStepMs) {}
}
