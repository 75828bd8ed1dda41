package aifactory.service.observation;

import aifactory.protocol.RunResult;
import aifactory.servermetrics.DurationHistogram;
import aifactory.servermetrics.ServerFigure;
import aifactory.servermetrics.ServerReading;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * What one AI server reported of itself over one run. Bounded: when there are too many samples, every other one is
 * removed, and from then on every other one is skipped.
 *
 * <p>Thread-safe.
 */
final class ServerCourse {
    static final int MOST_SAMPLES = 2_400;

    private static final List<ServerFigure> FIGURES = List.of(ServerFigure.values());

    private final int number;
    private final String target;
    private final int maximumSamples;

    @GuardedBy("this")
    private final Map<ServerFigure, Growth> growth = new EnumMap<>(ServerFigure.class);

    @GuardedBy("this")
    private final Map<ServerFigure, DurationHistogram> latest = new EnumMap<>(ServerFigure.class);

    @GuardedBy("this")
    private final Map<ServerFigure, DurationHistogram> sinceBegin = new EnumMap<>(ServerFigure.class);

    @GuardedBy("this")
    private List<Row> rows = new ArrayList<>();

    @GuardedBy("this")
    private int stride = 1;

    @GuardedBy("this")
    private int seen;

    @GuardedBy("this")
    private @Nullable String problem;

    @GuardedBy("this")
    private @Nullable String engine;

    /** How much a counter has grown since the first response, over restarts of the server. */
    private static final class Growth {
        private double last = Double.NaN;
        private double total;

        double add(double now) {
            if (!Double.isNaN(last)) {
                // A smaller count means that the server was restarted and counts from zero.
                total += now < last ? now : now - last;
            }
            last = now;
            return total;
        }
    }

    /**
     * A sample in compact form: by the figure's position its value, or the sum of its durations; NaN where there is
     * none.
     */
    private record Row(double second, double[] values, double[] counts) {}

    ServerCourse(int number, String target) {
        this(number, target, MOST_SAMPLES);
    }

    /**
     * @param maximumSamples that are kept, at least 2
     */
    ServerCourse(int number, String target, int maximumSamples) {
        this.number = number;
        this.target = target;
        this.maximumSamples = maximumSamples;
    }

    String target() {
        return target;
    }

    /** Adds a response. */
    synchronized void add(double second, ServerReading reading) {
        engine = reading.engine();
        if (reading.truncated()) {
            fail("/metrics has more series than are read; sums over all of them are too small");
        }
        Row row = row(second, reading);
        if (seen++ % stride != 0) {
            return;
        }
        if (rows.size() == maximumSamples) {
            thinOut();
        }
        rows.add(row);
    }

    private static int position(ServerFigure figure) {
        return FIGURES.indexOf(figure);
    }

    @GuardedBy("this")
    private Row row(double second, ServerReading reading) {
        double[] values = new double[FIGURES.size()];
        double[] counts = new double[FIGURES.size()];
        Arrays.fill(values, Double.NaN);
        Arrays.fill(counts, Double.NaN);
        for (Map.Entry<ServerFigure, Double> entry : reading.values().entrySet()) {
            ServerFigure figure = entry.getKey();
            values[position(figure)] = figure.kind() == ServerFigure.Kind.COUNTER
                    ? growth.computeIfAbsent(figure, _ -> new Growth()).add(entry.getValue())
                    : entry.getValue();
        }
        for (Map.Entry<ServerFigure, DurationHistogram> entry :
                reading.durations().entrySet()) {
            ServerFigure figure = entry.getKey();
            DurationHistogram total = grown(figure, entry.getValue());
            Double count = total.count();
            values[position(figure)] = total.sumSeconds();
            counts[position(figure)] = count == null ? Double.NaN : count;
        }
        return new Row(second, values, counts);
    }

    @GuardedBy("this")
    private DurationHistogram grown(ServerFigure figure, DurationHistogram now) {
        DurationHistogram before = latest.put(figure, now);
        DurationHistogram total = sinceBegin.get(figure);
        DurationHistogram sum;
        if (before == null || total == null) {
            sum = now.since(now);
        } else {
            sum = total.plus(now.since(before));
        }
        sinceBegin.put(figure, sum);
        return sum;
    }

    /** There was no usable response; the first reason is kept. */
    synchronized void fail(String reason) {
        if (problem == null) {
            problem = reason;
        }
    }

    @GuardedBy("this")
    private void thinOut() {
        List<Row> kept = new ArrayList<>();
        for (int i = 0; i < rows.size(); i += 2) {
            kept.add(rows.get(i));
        }
        rows = kept;
        stride *= 2;
    }

    /** All so far. */
    synchronized RunResult.ServerMetrics told() {
        List<RunResult.ServerDurations> durations = new ArrayList<>();
        sinceBegin.forEach((figure, histogram) -> durations.add(new RunResult.ServerDurations(
                figure.jsonName(), histogram.count(), histogram.sumSeconds(), buckets(histogram.buckets()))));
        return new RunResult.ServerMetrics(
                number, target, rows.stream().map(ServerCourse::sample).toList(), problem, engine, durations);
    }

    private static List<RunResult.DurationBucket> buckets(NavigableMap<Double, Double> buckets) {
        List<RunResult.DurationBucket> list = new ArrayList<>();
        buckets.forEach(
                (bound, count) -> list.add(new RunResult.DurationBucket(bound.isInfinite() ? null : bound, count)));
        return list;
    }

    private static RunResult.ServerSample sample(Row row) {
        Map<String, Double> more = new LinkedHashMap<>();
        for (ServerFigure figure : FIGURES) {
            double value = row.values[position(figure)];
            if (!Double.isNaN(value)) {
                boolean durations = figure.kind() == ServerFigure.Kind.HISTOGRAM;
                more.put(figure.jsonName() + (durations ? "_s" : ""), value);
                double count = row.counts[position(figure)];
                if (!Double.isNaN(count)) {
                    more.put(figure.jsonName() + "_count", count);
                }
            }
        }
        // These have separate members since earlier versions had no others.
        Double running = more.remove(ServerFigure.REQUESTS_RUNNING.jsonName());
        Double waiting = more.remove(ServerFigure.REQUESTS_WAITING.jsonName());
        Double cache = more.remove(ServerFigure.KV_CACHE_USAGE.jsonName());
        Double preemptions = more.remove(ServerFigure.PREEMPTIONS.jsonName());
        Double finished = more.remove(ServerFigure.REQUESTS_FINISHED.jsonName());
        Double queries = more.remove(ServerFigure.PREFIX_CACHE_QUERIES.jsonName());
        Double hits = more.remove(ServerFigure.PREFIX_CACHE_HITS.jsonName());
        return new RunResult.ServerSample(
                row.second, running, waiting, cache, preemptions, finished, queries, hits, more);
    }
}
