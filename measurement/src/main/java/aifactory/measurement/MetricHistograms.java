package aifactory.measurement;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * One histogram per metric, made when the metric is first recorded.
 *
 * <p>Not thread-safe: one thread owns an instance at a time.
 */
public final class MetricHistograms {
    private final EnumMap<Metric, LatencyHistogram> histograms = new EnumMap<>(Metric.class);

    /** The histogram of the metric, empty if nothing was recorded yet. */
    public LatencyHistogram of(Metric metric) {
        LatencyHistogram histogram = histograms.get(metric);
        if (histogram == null) {
            histogram = new LatencyHistogram();
            histograms.put(metric, histogram);
        }
        return histogram;
    }

    /** The histogram of the metric, if it holds a sample. */
    public Optional<LatencyHistogram> recorded(Metric metric) {
        return Optional.ofNullable(histograms.get(metric)).filter(histogram -> histogram.count() > 0);
    }

    /**
     * Records one value.
     *
     * @throws LatencyOutOfRangeException below 0 or above one hour
     */
    public void record(Metric metric, long nanos) {
        of(metric).record(nanos);
    }

    /** Takes the histogram for the metric, in the place of what was recorded; it belongs to this object then. */
    public void put(Metric metric, LatencyHistogram histogram) {
        histograms.put(metric, histogram);
    }

    /** Adds every sample of the other to this one. */
    public void add(MetricHistograms other) {
        for (Map.Entry<Metric, LatencyHistogram> entry : other.histograms.entrySet()) {
            if (entry.getValue().count() > 0) {
                of(entry.getKey()).add(entry.getValue());
            }
        }
    }

    /** Forgets every sample, keeping the memory for reuse. */
    public void reset() {
        histograms.values().forEach(LatencyHistogram::reset);
    }
}
