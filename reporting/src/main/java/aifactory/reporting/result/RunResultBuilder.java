package aifactory.reporting.result;

import aifactory.measurement.ClientHealthAggregate;
import aifactory.measurement.ClientShares;
import aifactory.measurement.CoarseHistogram;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.measurement.PartAggregate;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.ResponseTotals;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.Timeline;
import aifactory.measurement.ValidityFinding;
import aifactory.measurement.ValidityJudge;
import aifactory.measurement.ValidityLimits;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RunFacts;
import aifactory.reporting.explanation.RunExplanation;
import aifactory.reporting.findings.RunFindings;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the result of a run of what its clients measured, and judges it. Stateless. */
public final class RunResultBuilder {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLISECOND = 1e6;
    private static final int MOST_CAUSES = 3;
    private static final double[] CURVE = {
        0, 1, 5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 98.5, 99, 99.25, 99.5, 99.7,
        99.8, 99.9, 99.95, 99.97, 99.99, 99.995, 99.999, 100
    };

    private final RunFacts facts;
    private final RunAggregate run;
    private final WorkloadSpecification specification;

    private RunResultBuilder(RunFacts facts) {
        this.facts = facts;
        this.run = facts.aggregate();
        this.specification = facts.specification();
    }

    /** The result; its status is {@link RunState#INVALID} where a complete run is not valid. */
    public static RunResult build(RunFacts facts) {
        return build(facts, List.of());
    }

    /**
     * The result with what the servers reported; its status is {@link RunState#INVALID} where a complete run is not
     * valid.
     *
     * @param servers in the order of the run's targets; empty where none was asked
     */
    public static RunResult build(RunFacts facts, List<RunResult.ServerMetrics> servers) {
        RunResultBuilder builder = new RunResultBuilder(facts);
        RunResult result = new RunResult(
                        builder.summary(),
                        builder.distributions(),
                        timeline(facts.aggregate().timeline()),
                        builder.perClient(),
                        builder.perTarget())
                .withModels(builder.perModel())
                .withServerMetrics(servers);
        return RunExplanation.addTo(RunFindings.addTo(result, facts), facts);
    }

    private RunSummary summary() {
        RequestCounts measured = run.measured();
        double seconds = durationSeconds();
        List<RunSummary.InvalidReason> reasons = invalidReasons();
        boolean sloAsked = !specification.goodput().isEmpty();
        long judged = measured.completed() + measured.failed();
        return new RunSummary(
                RunSummary.SCHEMA,
                facts.benchmarkId(),
                facts.runId(),
                status(reasons),
                reasons.isEmpty(),
                reasons,
                facts.provenance(),
                new RunSummary.Clients(
                        facts.expected(),
                        facts.registered(),
                        facts.clientNames().size() - facts.lost().size(),
                        facts.lost()),
                requests(measured),
                tokens(measured),
                seconds,
                ratio(measured.completed(), seconds),
                ratio(measured.outputTokens(), seconds),
                ratio(measured.inputTokens() + measured.outputTokens(), seconds),
                sloAsked ? ratio(measured.good(), seconds) : null,
                sloAsked && judged > 0 ? (double) measured.good() / judged : null,
                facts.slurmUsage(),
                metrics(),
                clientHealth());
    }

    private RunSummary.Requests requests(RequestCounts measured) {
        ResponseTotals responses = run.responses();
        Map<String, Long> remarks = new LinkedHashMap<>();
        responses.remarks().forEach((remark, count) -> remarks.put(remark.jsonName(), count));
        List<RunSummary.ErrorCause> causes = run.errorCauses().byFrequency().stream()
                .map(cause -> new RunSummary.ErrorCause(
                        cause.cause(),
                        cause.status(),
                        cause.count(),
                        cause.firstNanos() / NANOS_PER_MILLISECOND,
                        cause.sample()))
                .toList();
        return new RunSummary.Requests(
                measured.scheduled(),
                measured.sent(),
                measured.completed(),
                measured.failed(),
                measured.cancelled(),
                measured.errors(),
                causes,
                responses.finishReasons(),
                remarks,
                responses.skippedEvents(),
                measured.backoffs(),
                measured.backoffNanos() / NANOS_PER_SECOND,
                RunSummary.Documents.of(responses.documents()));
    }

    private RunSummary.Tokens tokens(RequestCounts measured) {
        ResponseTotals responses = run.responses();
        boolean counted = responses.countedRequests() > 0;
        boolean compared = responses.comparedRequests() > 0;
        return new RunSummary.Tokens(
                measured.inputTokens(),
                measured.outputTokens(),
                run.tokenSource(),
                ratio(measured.outputTokens(), measured.chunks()),
                counted ? Long.valueOf(responses.countedTokens()) : null,
                responses.countedBy(),
                compared ? Long.valueOf(responses.comparedUsageTokens()) : null,
                compared ? Long.valueOf(responses.comparedCountedTokens()) : null,
                responses.remarks().getOrDefault(ResponseRemark.USAGE_MISMATCH, 0L),
                responses.unknownTokenRequests());
    }

    private RunState status(List<RunSummary.InvalidReason> reasons) {
        return facts.ending() == RunState.COMPLETED && !reasons.isEmpty() ? RunState.INVALID : facts.ending();
    }

    /** From the earliest start of a measured window to the latest end. */
    private double durationSeconds() {
        long start = Long.MAX_VALUE;
        long end = 0;
        for (RunFacts.ClientWindow window : facts.windows()) {
            start = Math.min(start, window.startNanos());
            end = Math.max(end, window.endNanos());
        }
        if (start == Long.MAX_VALUE) {
            return run.timeline().points().size() * run.timeline().secondsPerPoint();
        }
        return Math.max(0, end - start) / NANOS_PER_SECOND;
    }

    private List<RunSummary.InvalidReason> invalidReasons() {
        List<RunSummary.InvalidReason> reasons = new ArrayList<>();
        if (!facts.lost().isEmpty()) {
            reasons.add(new RunSummary.InvalidReason(
                    "clients_lost",
                    facts.lost().size() + " of " + facts.clientNames().size() + " clients did not report to the end ("
                            + RunSummary.Clients.names(facts.lost())
                            + "): their share of the load is missing; see their logs,"
                            + " then repeat the run",
                    null));
        }
        if (run.measured().completed() == 0) {
            reasons.add(new RunSummary.InvalidReason(
                    "no_completed_request", "no request of the measured window was completed" + failures(), null));
        }
        ValidityJudge.Asked asked = new ValidityJudge.Asked(expectedArrivals(), specification.concurrency() != null);
        for (ValidityFinding finding : ValidityJudge.judge(run, facts.limits(), asked)) {
            reasons.add(new RunSummary.InvalidReason(finding.code(), finding.message(), finding.client()));
        }
        return reasons;
    }

    /** What failed and where: a server that refuses is named, not the clients that it refused. */
    private String failures() {
        RequestCounts measured = run.measured();
        if (measured.failed() == 0) {
            return ": none had ended when the run did";
        }
        String causes = measured.errors().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_CAUSES)
                .map(cause -> cause.getKey() + " " + cause.getValue())
                .collect(Collectors.joining(", "));
        return ": " + measured.failed() + " failed at " + String.join(", ", facts.targets()) + " (" + causes + ")";
    }

    /** How many requests the schedule has in the measured window; negative if that is not known in advance. */
    private long expectedArrivals() {
        boolean whole = facts.ending() == RunState.COMPLETED && facts.lost().isEmpty();
        // A trace is in a file of the clients', and when later turns are due is up to the server's answers.
        boolean known = specification.arrivalPattern().isOpenLoop()
                && specification.arrivalPattern() != ArrivalPattern.TRACE
                && specification.conversation() == null;
        if (!whole || !known) {
            return -1;
        }
        long start = specification.warmup().toNanos();
        Duration planned = specification.plannedDuration();
        long end = planned == null
                ? Long.MAX_VALUE
                : planned.minus(specification.cooldown()).toNanos();
        ArrivalSchedule schedule = ArrivalSchedule.of(specification);
        long arrivals = 0;
        for (long nanos = schedule.nextNanos(); nanos != ArrivalSchedule.END; nanos = schedule.nextNanos()) {
            arrivals += nanos >= start && nanos < end ? 1 : 0;
        }
        return arrivals;
    }

    private Map<String, @Nullable MetricSummary> metrics() {
        Map<String, @Nullable MetricSummary> metrics = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            metrics.put(
                    metric.jsonName(),
                    run.histograms()
                            .recorded(metric)
                            .map(histogram -> summary(metric, histogram))
                            .orElse(null));
        }
        return metrics;
    }

    /**
     * Gaps of one request resemble each other, and so do the probes of one event loop: their percentiles have no
     * intervals.
     */
    private MetricSummary summary(Metric metric, LatencyHistogram histogram) {
        MetricSummary summary = metric == Metric.ITL || metric == Metric.EVENT_LOOP_LAG
                ? MetricSummary.of(histogram)
                : MetricSummary.ofRequests(histogram);
        return summary.withClientShare(run.clientShares().of(metric));
    }

    private RunSummary.ClientHealth clientHealth() {
        double cpu = 0;
        double collection = 0;
        double pause = 0;
        double offset = 0;
        double uncertainty = 0;
        for (ClientHealthAggregate health : run.clientHealth().values()) {
            cpu = Math.max(cpu, health.cpuShare());
            collection = Math.max(collection, milliseconds(health.garbageCollectionPauseNanos()));
            pause = Math.max(pause, milliseconds(health.longestPauseNanos()));
            offset = Math.max(offset, Math.abs(milliseconds(health.clockOffsetNanos())));
            uncertainty = Math.max(uncertainty, milliseconds(health.clockUncertaintyNanos()));
        }
        LatencyHistogram lag = run.histograms().of(Metric.EVENT_LOOP_LAG);
        Map<String, Double> lags = new LinkedHashMap<>();
        lags.put("p50", milliseconds(lag.percentileNanos(50)));
        lags.put("p99", milliseconds(lag.percentileNanos(99)));
        lags.put("max", milliseconds(lag.maximumNanos()));
        return new RunSummary.ClientHealth(cpu, lags, collection, pause, offset, uncertainty, limits(), stamps());
    }

    private RunSummary.Stamps stamps() {
        ClientShares shares = run.clientShares();
        CoarseHistogram widths = shares.coalescedWidths();
        return new RunSummary.Stamps(
                shares.source(),
                ratio(shares.coalescedChunks(), shares.chunks()),
                widths.count() == 0 ? null : MetricSummary.ClientShare.of(widths),
                shares.wallClockSteps(),
                milliseconds(shares.largestWallClockStepNanos()));
    }

    private Map<String, Double> limits() {
        ValidityLimits limits = facts.limits();
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("event_loop_lag_p99_ms", limits.eventLoopLagP99Ms());
        named.put("cpu_share", limits.cpuShare());
        named.put("schedule_delay_p99_ms", limits.scheduleDelayP99Ms());
        named.put("schedule_delay_share_of_ttft", limits.scheduleDelayShareOfTtft());
        named.put("offered_rate_share", limits.offeredRateShare());
        named.put("longest_pause_ms", limits.longestPauseMs());
        named.put("clock_uncertainty_ms", limits.clockUncertaintyMs());
        named.put("open_files_share", limits.openFilesShare());
        named.put("local_ports_share", limits.localPortsShare());
        named.put("client_share_ms", limits.clientShareMs());
        named.put("client_share_of_value", limits.clientShareOfValue());
        named.put("send_queue_depth", (double) limits.sendQueueDepth());
        return named;
    }

    private Map<String, List<RunResult.PercentilePoint>> distributions() {
        Map<String, List<RunResult.PercentilePoint>> curves = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            run.histograms().recorded(metric).ifPresent(histogram -> curves.put(metric.jsonName(), curve(histogram)));
        }
        return curves;
    }

    /** No point beyond the share that one sample makes: there the curve would only repeat the largest. */
    private static List<RunResult.PercentilePoint> curve(LatencyHistogram histogram) {
        List<RunResult.PercentilePoint> points = new ArrayList<>();
        for (double percentile : CURVE) {
            long nanos = percentile == 0 ? histogram.minimumNanos() : histogram.percentileNanos(percentile);
            boolean resolved = (1 - percentile / 100) * histogram.count() >= 1 || percentile == 100;
            if (resolved) {
                points.add(new RunResult.PercentilePoint(
                        percentile, milliseconds(nanos), histogram.countAtOrBelow(nanos)));
            }
        }
        return points;
    }

    /** The timeline of a run, as far as it is known: complete, or of a run in progress. */
    public static List<RunResult.TimelinePoint> timeline(Timeline timeline) {
        List<RunResult.TimelinePoint> points = new ArrayList<>();
        int width = timeline.secondsPerPoint();
        int second = 0;
        for (Timeline.Point point : timeline.points()) {
            RequestCounts counts = point.counts();
            points.add(new RunResult.TimelinePoint(
                    second,
                    counts.scheduled(),
                    counts.completed(),
                    counts.failed(),
                    counts.outputTokens(),
                    point.streamedChunks(),
                    (int) Math.min(Integer.MAX_VALUE, point.inFlight()),
                    percentile(point.ttft(), 50),
                    percentile(point.ttft(), 99),
                    percentile(point.itl(), 50),
                    percentile(point.itl(), 99)));
            second += width;
        }
        return points;
    }

    private static @Nullable Double percentile(CoarseHistogram histogram, double percentile) {
        return histogram.count() == 0 ? null : milliseconds(histogram.percentileNanos(percentile));
    }

    private List<RunResult.Part> perClient() {
        List<RunResult.Part> parts = new ArrayList<>();
        run.clients().forEach((number, part) -> {
            String name = facts.clientNames().getOrDefault(number, "client " + number);
            parts.add(part(number, name, part));
        });
        return parts;
    }

    private List<RunResult.Part> perTarget() {
        List<RunResult.Part> parts = new ArrayList<>();
        for (int i = 0; i < run.targets().size(); i++) {
            parts.add(part(i, facts.targets().get(i), run.targets().get(i)));
        }
        return parts;
    }

    private List<RunResult.Part> perModel() {
        List<RunResult.Part> parts = new ArrayList<>();
        List<String> names = List.copyOf(specification.payload().models().keySet());
        for (int i = 0; i < Math.min(names.size(), run.models().size()); i++) {
            parts.add(part(i, names.get(i), run.models().get(i)));
        }
        return parts;
    }

    private static RunResult.Part part(int number, String name, PartAggregate part) {
        Map<String, MetricSummary> metrics = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            CoarseHistogram histogram = part.histograms().get(metric);
            if (histogram != null && histogram.count() > 0) {
                metrics.put(metric.jsonName(), CoarseSummary.of(histogram));
            }
        }
        return new RunResult.Part(number, name, part.measured(), metrics, RunSummary.Documents.of(part.documents()));
    }

    private static double ratio(double count, double per) {
        return per > 0 ? count / per : 0;
    }

    private static double milliseconds(long nanos) {
        return nanos / NANOS_PER_MILLISECOND;
    }
}
