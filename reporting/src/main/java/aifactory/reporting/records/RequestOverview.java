package aifactory.reporting.records;

import aifactory.measurement.LatencyFormulas;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the report shows of single requests, gathered in one pass and in memory that does not grow with their number: a
 * random sample of {@value #MOST_POINTS} requests of the whole run and as many of those that did not complete, the
 * distribution of the time to first token, and exact latencies of each AI server. Not thread-safe.
 */
public final class RequestOverview {
    /** Of each sample. */
    static final int MOST_POINTS = 1_500;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final SplittableRandom random;
    private final List<Point> completed = new ArrayList<>();
    private final List<Point> others = new ArrayList<>();
    private final LatencyHistogram timeToFirstToken = new LatencyHistogram();
    private final Map<Integer, Target> targets = new TreeMap<>();
    private long completedRequests;
    private long otherRequests;

    /** @param seed of the sample: the same records give the same report */
    public RequestOverview(long seed) {
        random = new SplittableRandom(seed);
    }

    /**
     * A request.
     *
     * @param second of its start since T0; of its schedule where it did not start
     * @param milliseconds to the first token; of a request without one, until it failed; NaN where that is not known
     * @param isMeasured whether it is in the measured window
     */
    public record Point(
            double second, double milliseconds, int inputTokens, RequestOutcome outcome, boolean isMeasured) {}

    /** The latencies of one AI server. */
    private record Target(LatencyHistogram ttft, LatencyHistogram tpot, LatencyHistogram e2el) {
        Target() {
            this(new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram());
        }
    }

    /** Takes one record into account. */
    public void add(RequestRecord record) {
        boolean isCompleted = record.outcome() == RequestOutcome.COMPLETED;
        if (isCompleted) {
            sample(completed, ++completedRequests, record);
        } else {
            sample(others, ++otherRequests, record);
        }
        Long started = record.startedNanos();
        Long done = record.doneNanos();
        if (!isCompleted || record.phase() != RunPhase.MEASURED || started == null || done == null) {
            return;
        }
        Target target = targets.computeIfAbsent(record.target(), _ -> new Target());
        add(target.e2el(), LatencyFormulas.endToEndLatencyNanos(started, done));
        Long first = record.firstChunkNanos();
        if (first != null) {
            long firstToken = LatencyFormulas.timeToFirstTokenNanos(started, first);
            add(timeToFirstToken, firstToken);
            add(target.ttft(), firstToken);
            if (LatencyFormulas.hasTimePerOutputToken(record.outputTokens())) {
                add(target.tpot(), LatencyFormulas.timePerOutputTokenNanos(first, done, record.outputTokens()));
            }
        }
    }

    private static void add(LatencyHistogram histogram, long nanos) {
        if (nanos >= 0 && nanos <= LatencyHistogram.HIGHEST_NANOS) {
            histogram.record(nanos);
        }
    }

    /** Reservoir sampling: each request is in the sample with the same probability. */
    private void sample(List<Point> sample, long number, RequestRecord record) {
        if (sample.size() < MOST_POINTS) {
            sample.add(point(record));
        } else {
            long place = random.nextLong(number);
            if (place < MOST_POINTS) {
                sample.set((int) place, point(record));
            }
        }
    }

    private static Point point(RequestRecord record) {
        Long started = record.startedNanos();
        long start = started == null ? record.scheduledNanos() : started;
        Long first = record.firstChunkNanos();
        Long end = first == null ? record.failedNanos() : first;
        return new Point(
                start / NANOS_PER_SECOND,
                end == null ? Double.NaN : Math.max(0, (end - start) / NANOS_PER_MILLISECOND),
                record.inputTokens(),
                record.outcome(),
                record.phase() == RunPhase.MEASURED);
    }

    /** The sample, completed requests first. */
    public List<Point> points() {
        List<Point> points = new ArrayList<>(completed);
        points.addAll(others);
        return points;
    }

    public long requests() {
        return completedRequests + otherRequests;
    }

    /** Of completed requests of the measured window. */
    public LatencyHistogram timeToFirstToken() {
        return timeToFirstToken;
    }

    /**
     * The latencies of an AI server by the names of their metrics, as exact as those of the whole run; empty without
     * requests.
     */
    public Map<String, MetricSummary> ofTarget(int number) {
        @Nullable Target target = targets.get(number);
        Map<String, MetricSummary> metrics = new LinkedHashMap<>();
        if (target != null) {
            metrics.put(Metric.TTFT.jsonName(), MetricSummary.of(target.ttft()));
            metrics.put(Metric.TPOT.jsonName(), MetricSummary.of(target.tpot()));
            metrics.put(Metric.E2EL.jsonName(), MetricSummary.of(target.e2el()));
        }
        return metrics;
    }
}
