package aifactory.servermetrics;

import aifactory.servermetrics.Exposition.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How one engine reports the figures of the vocabulary. Immutable.
 *
 * @param name of the engine
 * @param sources of each figure; the first of which a response has samples is used
 */
record EngineMetrics(String name, Map<ServerFigure, List<Source>> sources) {

    /**
     * Where a figure comes from.
     *
     * @param metric the metric's name: that of the gauge or counter, or the name of a histogram without its suffixes
     * @param labels that a sample must have
     * @param scale by which values are multiplied, for instance 1e-6 for microseconds
     * @param sum of durations that are reported as two counters instead of a histogram; null otherwise
     * @param count of these durations; null if the engine does not report it
     */
    record Source(
            String metric,
            Map<String, String> labels,
            double scale,
            @Nullable String sum,
            @Nullable String count) {

        Set<String> sampleNames(ServerFigure.Kind kind) {
            if (sum != null) {
                return count == null ? Set.of(sum) : Set.of(sum, count);
            }
            return switch (kind) {
                case GAUGE, SHARE -> Set.of(metric);
                // Prometheus' client libraries append the suffix to the name that the program gives.
                case COUNTER -> Set.of(metric, metric + "_total");
                case HISTOGRAM -> Set.of(metric + "_sum", metric + "_count", metric + "_bucket");
            };
        }
    }

    EngineMetrics {
        Map<ServerFigure, List<Source>> copy = new EnumMap<>(ServerFigure.class);
        sources.forEach((figure, list) -> copy.put(figure, List.copyOf(list)));
        sources = Collections.unmodifiableMap(copy);
    }

    /** The names of all samples that are read. */
    Set<String> sampleNames() {
        Set<String> names = new HashSet<>();
        sources.forEach((figure, list) -> list.forEach(source -> names.addAll(source.sampleNames(figure.kind()))));
        return names;
    }

    Optional<String> metricName(ServerFigure figure) {
        return sources.getOrDefault(figure, List.of()).stream()
                .findFirst()
                .map(source -> source.sum() == null ? source.metric() : source.sum());
    }

    ServerReading read(Exposition exposition) {
        Map<ServerFigure, Double> values = new EnumMap<>(ServerFigure.class);
        Map<ServerFigure, DurationHistogram> durations = new EnumMap<>(ServerFigure.class);
        sources.forEach((figure, list) -> {
            for (Source source : list) {
                if (figure.kind() == ServerFigure.Kind.HISTOGRAM) {
                    DurationHistogram histogram = durations(exposition, source);
                    if (histogram != null) {
                        durations.put(figure, histogram);
                        return;
                    }
                } else {
                    Double value = value(exposition, source, figure.kind());
                    if (value != null) {
                        values.put(figure, value);
                        return;
                    }
                }
            }
        });
        return new ServerReading(name, values, durations, exposition.isTruncated());
    }

    private static @Nullable Double value(Exposition exposition, Source source, ServerFigure.Kind kind) {
        List<Sample> samples = finite(exposition, source.metric(), source);
        if (samples.isEmpty() && kind == ServerFigure.Kind.COUNTER) {
            samples = finite(exposition, source.metric() + "_total", source);
        }
        if (samples.isEmpty()) {
            return null;
        }
        double sum = sum(samples) * source.scale();
        return kind == ServerFigure.Kind.SHARE ? sum / samples.size() : sum;
    }

    private static @Nullable DurationHistogram durations(Exposition exposition, Source source) {
        String sumName = source.sum() == null ? source.metric() + "_sum" : source.sum();
        String countName = source.sum() == null ? source.metric() + "_count" : source.count();
        List<Sample> sums = finite(exposition, sumName, source);
        List<Sample> counts = countName == null ? List.of() : finite(exposition, countName, source);
        if (sums.isEmpty() || (counts.isEmpty() && source.sum() == null)) {
            return null;
        }
        NavigableMap<Double, Double> buckets = new TreeMap<>();
        if (source.sum() == null) {
            for (Sample sample : matching(exposition, source.metric() + "_bucket", source)) {
                Double bound = bound(sample, source.scale());
                if (bound != null && Double.isFinite(sample.value())) {
                    buckets.merge(bound, sample.value(), Double::sum);
                }
            }
        }
        return new DurationHistogram(counts.isEmpty() ? null : sum(counts), sum(sums) * source.scale(), buckets);
    }

    private static @Nullable Double bound(Sample sample, double scale) {
        String text = sample.labels().get("le");
        if (text == null) {
            return null;
        }
        try {
            double bound = text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
            return bound >= 0 ? Double.valueOf(bound * scale) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static List<Sample> finite(Exposition exposition, String metric, Source source) {
        return matching(exposition, metric, source).stream()
                .filter(sample -> Double.isFinite(sample.value()))
                .toList();
    }

    private static List<Sample> matching(Exposition exposition, String metric, Source source) {
        List<Sample> matching = new ArrayList<>();
        for (Sample sample : exposition.samples(metric)) {
            if (sample.labels().entrySet().containsAll(source.labels().entrySet())) {
                matching.add(sample);
            }
        }
        return matching;
    }

    private static double sum(List<Sample> samples) {
        return samples.stream().mapToDouble(Sample::value).sum();
    }
}
