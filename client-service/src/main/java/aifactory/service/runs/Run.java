package aifactory.service.runs;

import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.Timeline;
import aifactory.protocol.RunProgress;
import aifactory.protocol.RunState;
import aifactory.protocol.RunView;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.FailurePolicy;
import aifactory.workload.ModelMix;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A run that has not ended. Guarded by its group's lock. */
public final class Run {
    private static final int RATE_SECONDS = 3;
    private static final int MOST_NAMED = 8;
    private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.99);

    private final String runId;
    private final long benchmarkId;
    private final long createdAtMillis;
    private final Condition changed;
    private final SortedMap<Integer, RunPart> parts = new TreeMap<>();
    private final List<String> setAside = new ArrayList<>();
    private final GpuUse gpus = new GpuUse();
    private RunPlan plan;
    private RunMoments moments = RunMoments.NONE;
    private RunState state;
    private RunAggregate aggregate;
    private ErrorLimits errorLimits;

    public Run(String runId, long benchmarkId, long createdAtMillis, RunPlan plan, RunState state, Condition changed) {
        this.runId = runId;
        this.benchmarkId = benchmarkId;
        this.createdAtMillis = createdAtMillis;
        this.plan = plan;
        this.state = state;
        this.changed = changed;
        this.aggregate = aggregate(plan);
        this.errorLimits = errorLimits(plan);
        plan.participants().forEach(client -> parts.put(client, new RunPart(client)));
    }

    public String runId() {
        return runId;
    }

    public long createdAtMillis() {
        return createdAtMillis;
    }

    public RunPlan plan() {
        return plan;
    }

    /** The clients are known now: their parts begin. */
    public void begin(RunPlan newPlan) {
        plan = newPlan;
        aggregate = aggregate(newPlan);
        errorLimits = errorLimits(newPlan);
        newPlan.participants().forEach(client -> parts.put(client, new RunPart(client)));
    }

    private static RunAggregate aggregate(RunPlan plan) {
        WorkloadSpecification specification = plan.specification();
        ModelMix models =
                specification == null ? null : ModelMix.of(specification).orElse(null);
        return models == null
                ? new RunAggregate(plan.targets().size())
                : new RunAggregate(
                        plan.targets().size(),
                        models.names().size(),
                        record -> models.of(record.index() - record.turn()));
    }

    public WorkloadSpecification specification() {
        if (plan.specification() == null) {
            throw new IllegalStateException("run " + runId + " still waits for its group");
        }
        return plan.specification();
    }

    public RunState state() {
        return state;
    }

    public void setState(RunState newState) {
        state = newState;
        changed.signalAll();
    }

    public Condition changed() {
        return changed;
    }

    /** Stored data of the run cannot be read: the run continues without it, and is not complete. */
    public void setAside(String what) {
        if (setAside.size() < MOST_NAMED) {
            setAside.add(what);
        }
    }

    /** What was set aside, at most the first few; empty where everything could be read. */
    public List<String> setAside() {
        return List.copyOf(setAside);
    }

    public RunMoments moments() {
        return moments;
    }

    public void setMoments(RunMoments newMoments) {
        moments = newMoments;
    }

    public GpuUse gpus() {
        return gpus;
    }

    private static ErrorLimits errorLimits(RunPlan plan) {
        WorkloadSpecification specification = plan.specification();
        FailurePolicy policy = specification == null ? FailurePolicy.DEFAULT : specification.failures();
        return new ErrorLimits(policy, plan.targets());
    }

    public ErrorLimits errorLimits() {
        return errorLimits;
    }

    public RunAggregate aggregate() {
        return aggregate;
    }

    public Collection<RunPart> parts() {
        return parts.values();
    }

    @Nullable
    public RunPart part(int client) {
        return parts.get(client);
    }

    public boolean isOver() {
        return parts.values().stream().allMatch(RunPart::isOver);
    }

    /** From T0 to the last arrival, or null for a run that ends by count. */
    public static @Nullable Duration plannedDuration(WorkloadSpecification specification) {
        return specification.plannedDuration();
    }

    /**
     * Small values that describe a run, also when it has ended and is not kept in memory any more.
     *
     * @param all requests of every phase
     * @param latencySeconds end to end, by quantile; empty where none was completed
     */
    public record Figures(
            RunView view, WorkloadRequest request, RequestCounts all, Map<Double, Double> latencySeconds) {}

    /** The current values of the run. */
    public Figures figures(long nowEpochNanos) {
        Map<Double, Double> latencies = new TreeMap<>();
        aggregate
                .histograms()
                .recorded(Metric.E2EL)
                .ifPresent(latency -> QUANTILES.forEach(
                        quantile -> latencies.put(quantile, latency.percentileNanos(quantile * 100) / 1e9)));
        return new Figures(view(nowEpochNanos), plan.request(), aggregate.all(), latencies);
    }

    public RunView view(long nowEpochNanos) {
        Long start = moments.startEpochNanos();
        Long ended = moments.endedAtMillis();
        return new RunView(
                runId,
                benchmarkId,
                state,
                Instant.ofEpochMilli(createdAtMillis).toString(),
                start == null ? null : Instant.ofEpochMilli(start / 1_000_000).toString(),
                ended == null ? null : Instant.ofEpochMilli(ended).toString(),
                moments.detail(),
                start == null ? null : progress((nowEpochNanos - start) / 1e9));
    }

    private RunProgress progress(double elapsedSeconds) {
        Duration planned = plannedDuration(specification());
        long live = parts.values().stream().filter(part -> !part.isLost()).count();
        LatencyHistogram ttft = aggregate.histograms().recorded(Metric.TTFT).orElseGet(LatencyHistogram::new);
        LatencyHistogram itl = aggregate.histograms().recorded(Metric.ITL).orElseGet(LatencyHistogram::new);
        return new RunProgress(
                elapsedSeconds,
                planned == null ? null : planned.toMillis() / 1e3,
                (int) live,
                parts.size(),
                (int) Math.min(
                        Integer.MAX_VALUE,
                        parts.values().stream().mapToLong(RunPart::inFlight).sum()),
                aggregate.all(),
                recentRate(false),
                recentRate(true),
                milliseconds(ttft, 50),
                milliseconds(ttft, 99),
                milliseconds(itl, 50),
                milliseconds(itl, 99));
    }

    /** Over the last whole seconds that every client has reported. */
    private double recentRate(boolean tokens) {
        List<Timeline.Point> points = aggregate.timeline().points();
        int to = Math.max(0, points.size() - 1);
        int from = Math.max(0, to - RATE_SECONDS);
        long sum = 0;
        for (Timeline.Point point : points.subList(from, to)) {
            sum += tokens ? point.counts().outputTokens() : point.counts().completed();
        }
        return to == from
                ? 0
                : (double) sum / (to - from) / aggregate.timeline().secondsPerPoint();
    }

    private static @Nullable Double milliseconds(LatencyHistogram histogram, double percentile) {
        return histogram.count() == 0 ? null : histogram.percentileNanos(percentile) / 1e6;
    }
}
