package aifactory.measurement;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the clients themselves may have added to the latencies that they measured: for each latency the sum of the
 * bounds on how late its stamps can be, as a distribution within two percent; and where the stamps came from.
 *
 * <p>The bounds need stamps of the kernel. Of requests whose bytes the process stamped, nothing is known but that they
 * were there.
 *
 * <p>Not thread-safe.
 */
public final class ClientShares {
    /** The latencies that have a client share. */
    public static final List<Metric> METRICS = List.of(
            Metric.TTFT,
            Metric.TTFO,
            Metric.TPOT,
            Metric.TPOT_CORRECTED,
            Metric.ITL,
            Metric.E2EL,
            Metric.TTFT_FROM_SCHEDULE,
            Metric.E2EL_FROM_SCHEDULE);

    /** Who stamped what arrived. */
    public enum Source {
        /** The kernel stamped every request: latencies have a client share. */
        KERNEL,
        /** The process stamped every request. */
        PROCESS,
        /** Some were stamped by the one, some by the other. */
        MIXED
    }

    /** Only ever read. */
    private static final CoarseHistogram NO_SAMPLES = new CoarseHistogram();

    private final EnumMap<Metric, CoarseHistogram> shares = new EnumMap<>(Metric.class);
    private final CoarseHistogram coalescedWidths = new CoarseHistogram();
    private long boundedRequests;
    private long unboundedRequests;
    private long chunks;
    private long coalescedChunks;
    private long wallClockSteps;
    private long largestWallClockStepNanos;

    /** How much of one latency may be the client's. */
    public void record(Metric metric, long nanos) {
        record(metric, nanos, 1);
    }

    /** The same of as many latencies. */
    public void record(Metric metric, long nanos, long count) {
        if (count > 0) {
            CoarseHistogram histogram = shares.get(metric);
            if (histogram == null) {
                histogram = new CoarseHistogram();
                shares.put(metric, histogram);
            }
            histogram.record(nanos, count);
        }
    }

    /** A completed request whose latencies have shares, and its chunks. */
    public void boundedRequest(long chunksOfRequest) {
        boundedRequests++;
        chunks += chunksOfRequest;
    }

    /** Completed requests whose latencies have none. */
    public void unboundedRequests(long count) {
        unboundedRequests += count;
    }

    /** Chunks that carry the stamp of a later one, since they were merged with it before they were read. */
    public void coalesced(long count, long widthNanos) {
        if (count > 0) {
            coalescedChunks += count;
            coalescedWidths.record(widthNanos, count);
        }
    }

    /** The wall clock was set that often, by so much the time that it was set most; negative when it was set back. */
    public void wallClockSteps(long steps, long largestStepNanos) {
        wallClockSteps += steps;
        if (Math.abs(largestStepNanos) > Math.abs(largestWallClockStepNanos)) {
            largestWallClockStepNanos = largestStepNanos;
        }
    }

    /** Adds all that the other has. */
    public void add(ClientShares other) {
        other.shares.forEach((metric, histogram) ->
                shares.computeIfAbsent(metric, absent -> new CoarseHistogram()).add(histogram));
        coalescedWidths.add(other.coalescedWidths);
        boundedRequests += other.boundedRequests;
        unboundedRequests += other.unboundedRequests;
        chunks += other.chunks;
        coalescedChunks += other.coalescedChunks;
        wallClockSteps(other.wallClockSteps, other.largestWallClockStepNanos);
    }

    /** Forgets everything, keeping the memory for reuse. */
    public void reset() {
        shares.values().forEach(CoarseHistogram::reset);
        coalescedWidths.reset();
        boundedRequests = 0;
        unboundedRequests = 0;
        chunks = 0;
        coalescedChunks = 0;
        wallClockSteps = 0;
        largestWallClockStepNanos = 0;
    }

    /** The shares of a metric; empty where it has none. */
    public CoarseHistogram of(Metric metric) {
        CoarseHistogram histogram = shares.get(metric);
        return histogram == null ? NO_SAMPLES : histogram;
    }

    /** By how much coalesced chunks may have arrived earlier than stamped. */
    public CoarseHistogram coalescedWidths() {
        return coalescedWidths;
    }

    public Source source() {
        if (boundedRequests > 0) {
            return unboundedRequests == 0 ? Source.KERNEL : Source.MIXED;
        }
        return Source.PROCESS;
    }

    public long boundedRequests() {
        return boundedRequests;
    }

    public long unboundedRequests() {
        return unboundedRequests;
    }

    /** Chunks of the requests whose latencies have shares. */
    public long chunks() {
        return chunks;
    }

    public long coalescedChunks() {
        return coalescedChunks;
    }

    public long wallClockSteps() {
        return wallClockSteps;
    }

    public long largestWallClockStepNanos() {
        return largestWallClockStepNanos;
    }

    /** Those metrics that have samples. */
    public Map<Metric, CoarseHistogram> histograms() {
        EnumMap<Metric, CoarseHistogram> sampled = new EnumMap<>(Metric.class);
        shares.forEach((metric, histogram) -> {
            if (histogram.count() > 0) {
                sampled.put(metric, histogram);
            }
        });
        return sampled;
    }

    /** Takes the shares of a metric as they came from elsewhere, in the place of what was recorded. */
    public void put(Metric metric, CoarseHistogram histogram) {
        shares.put(metric, histogram);
    }

    /** The counts as they came from elsewhere. */
    public static ClientShares of(
            long bounded,
            long unbounded,
            long chunks,
            CoarseHistogram coalescedWidths,
            long steps,
            long largestStepNanos) {
        ClientShares shares = new ClientShares();
        shares.boundedRequests = bounded;
        shares.unboundedRequests = unbounded;
        shares.chunks = chunks;
        shares.coalescedChunks = coalescedWidths.count();
        shares.coalescedWidths.add(coalescedWidths);
        shares.wallClockSteps(steps, largestStepNanos);
        return shares;
    }
}
