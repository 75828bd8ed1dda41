package aifactory.measurement;

import java.util.EnumMap;
import java.util.Map;

/**
 * What belongs to one part of a run: one client, or one AI server. Latencies within two percent.
 *
 * <p>Not thread-safe.
 */
public final class PartAggregate {
    private RequestCounts measured = RequestCounts.NONE;
    private DocumentCounts documents = DocumentCounts.NONE;
    private final CoarseHistogram shares = new CoarseHistogram();
    private final EnumMap<Metric, CoarseHistogram> histograms = new EnumMap<>(Metric.class);

    void add(RequestCounts counts) {
        measured = measured.plus(counts);
    }

    void addDocument(RequestRecord record) {
        documents = documents.plus(record);
    }

    void add(Metric metric, LatencyHistogram histogram) {
        histogram(metric).add(histogram);
    }

    /** The client shares of the end-to-end latency, by which the client that adds most is found. */
    void addShares(ClientShares added) {
        shares.add(added.of(Metric.E2EL));
    }

    /** What the client may have added to the end-to-end latency; empty where that is not known. */
    public CoarseHistogram shares() {
        return shares;
    }

    void record(Metric metric, long nanos) {
        if (nanos >= 0) {
            histogram(metric).record(nanos);
        }
    }

    private CoarseHistogram histogram(Metric metric) {
        CoarseHistogram histogram = histograms.get(metric);
        if (histogram == null) {
            histogram = new CoarseHistogram();
            histograms.put(metric, histogram);
        }
        return histogram;
    }

    /** Requests of the measured window. */
    public RequestCounts measured() {
        return measured;
    }

    /** Documents that were checked; of AI servers and models only. */
    public DocumentCounts documents() {
        return documents;
    }

    /** By metric, those that have samples. */
    public Map<Metric, CoarseHistogram> histograms() {
        return Map.copyOf(histograms);
    }
}
