package aifactory.measurement;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Latency and load by the time at which requests started, in bins of equal width. Bounded: when a request starts after
 * the last bin, neighbouring bins are joined and each is twice as wide.
 *
 * <p>Not thread-safe.
 */
public final class RequestTimeSeries {
    /** A power of two, so that joining leaves none over. */
    private static final int BINS = 256;

    private static final long FIRST_WIDTH_NANOS = 100_000_000L;
    /** A latency of nothing has no logarithm. */
    private static final double SHORTEST_NANOS = 1_000;

    private long widthNanos = FIRST_WIDTH_NANOS;
    private final Bin[] bins = new Bin[BINS];
    private int used;

    /** One bin. */
    private static final class Bin {
        long started;
        /** Sum of the times from the bin's start to the starts of requests. */
        double startOffsets;

        long ended;
        double endOffsets;
        long completed;
        long outputTokens;
        long firstChunks;
        double logTtft;
        double logE2el;

        @Nullable
        CoarseHistogram ttft;

        @Nullable
        CoarseHistogram e2el;

        void join(Bin later, long width) {
            started += later.started;
            startOffsets += later.startOffsets + (double) later.started * width;
            ended += later.ended;
            endOffsets += later.endOffsets + (double) later.ended * width;
            completed += later.completed;
            outputTokens += later.outputTokens;
            firstChunks += later.firstChunks;
            logTtft += later.logTtft;
            logE2el += later.logE2el;
            ttft = joined(ttft, later.ttft);
            e2el = joined(e2el, later.e2el);
        }

        private static @Nullable CoarseHistogram joined(
                @Nullable CoarseHistogram one, @Nullable CoarseHistogram other) {
            if (one == null || other == null) {
                return one == null ? other : one;
            }
            one.add(other);
            return one;
        }
    }

    RequestTimeSeries() {
        Arrays.setAll(bins, i -> new Bin());
    }

    /** Adds a request of any phase. */
    void add(RequestRecord record) {
        Long started = record.startedNanos();
        Long done = record.doneNanos() == null ? record.failedNanos() : record.doneNanos();
        if (started == null || done == null || started < 0 || done < started) {
            return;
        }
        Bin start = binAt(started);
        start.started++;
        start.startOffsets += started % widthNanos;
        if (record.phase() == RunPhase.MEASURED && record.outcome() == RequestOutcome.COMPLETED) {
            addLatencies(start, record, started, done);
        }
        // Bins may have been joined by this.
        Bin end = binAt(done);
        end.ended++;
        end.endOffsets += done % widthNanos;
    }

    private static void addLatencies(Bin bin, RequestRecord record, long started, long done) {
        bin.completed++;
        bin.outputTokens += record.outputTokens();
        bin.logE2el += Math.log(Math.max(SHORTEST_NANOS, done - started));
        if (bin.e2el == null) {
            bin.e2el = new CoarseHistogram();
        }
        bin.e2el.record(done - started);
        Long first = record.firstChunkNanos();
        if (first != null) {
            bin.firstChunks++;
            bin.logTtft += Math.log(Math.max(SHORTEST_NANOS, first - started));
            if (bin.ttft == null) {
                bin.ttft = new CoarseHistogram();
            }
            bin.ttft.record(first - started);
        }
    }

    private Bin binAt(long nanos) {
        while (nanos / widthNanos >= BINS) {
            halve();
        }
        int index = (int) (nanos / widthNanos);
        used = Math.max(used, index + 1);
        return bins[index];
    }

    private void halve() {
        for (int i = 0; i < BINS / 2; i++) {
            Bin bin = bins[2 * i];
            bin.join(bins[2 * i + 1], widthNanos);
            bins[i] = bin;
        }
        for (int i = BINS / 2; i < BINS; i++) {
            bins[i] = new Bin();
        }
        used = (used + 1) / 2;
        widthNanos *= 2;
    }

    /**
     * A part of the run, cut into batches of equal length.
     *
     * @param startNanos of the first batch since T0
     * @param batchNanos length of each
     * @param ttft mean of the logarithm of the time to first token in nanoseconds by batch; not a number without a
     *      request
     * @param e2el the same of the end-to-end latency
     * @param inFlight mean number of requests in flight by batch
     */
    public record Batches(long startNanos, long batchNanos, double[] ttft, double[] e2el, double[] inFlight) {
        public int count() {
            return inFlight.length;
        }
    }

    /**
     * Cuts a part of the run into batches that consist of whole bins.
     *
     * @param fromNanos since T0
     * @param toNanos since T0
     * @param most batches; there are fewer where a batch would have less than {@code fewestRequests} on average
     */
    public Batches batches(long fromNanos, long toNanos, int most, int fewestRequests) {
        int first = (int) Math.min(BINS, Math.ceilDiv(fromNanos, widthNanos));
        int last = (int) Math.min(used, toNanos / widthNanos);
        int available = Math.max(0, last - first);
        long requests = 0;
        for (int i = first; i < last; i++) {
            requests += bins[i].completed;
        }
        long count = Math.min(Math.min(most, available), requests / fewestRequests);
        if (count < 1) {
            return new Batches(fromNanos, widthNanos, new double[0], new double[0], new double[0]);
        }
        int binsPerBatch = Math.ceilDiv(available, (int) count);
        int batches = available / binsPerBatch;
        // What does not fill a batch is left out at the end.
        double[] ttft = new double[batches];
        double[] e2el = new double[batches];
        double[] inFlight = new double[batches];
        double open = openAt(first);
        for (int batch = 0; batch < batches; batch++) {
            Bin sum = new Bin();
            double area = 0;
            for (int i = first + batch * binsPerBatch; i < first + (batch + 1) * binsPerBatch; i++) {
                Bin bin = bins[i];
                area += open * widthNanos
                        + (double) bin.started * widthNanos
                        - bin.startOffsets
                        - (double) bin.ended * widthNanos
                        + bin.endOffsets;
                open += bin.started - bin.ended;
                sum.completed += bin.completed;
                sum.firstChunks += bin.firstChunks;
                sum.logTtft += bin.logTtft;
                sum.logE2el += bin.logE2el;
            }
            ttft[batch] = sum.firstChunks == 0 ? Double.NaN : sum.logTtft / sum.firstChunks;
            e2el[batch] = sum.completed == 0 ? Double.NaN : sum.logE2el / sum.completed;
            inFlight[batch] = area / ((double) binsPerBatch * widthNanos);
        }
        return new Batches(first * widthNanos, binsPerBatch * widthNanos, ttft, e2el, inFlight);
    }

    private double openAt(int bin) {
        long open = 0;
        for (int i = 0; i < bin; i++) {
            open += bins[i].started - bins[i].ended;
        }
        return open;
    }

    /**
     * Completed measured requests that started in a part of the run.
     *
     * @param ttft within two percent
     * @param e2el within two percent
     */
    public record Part(long completed, long outputTokens, CoarseHistogram ttft, CoarseHistogram e2el) {}

    /** The requests of a part that begins and ends where {@link #batches} do. */
    public Part part(long fromNanos, long toNanos) {
        long completed = 0;
        long tokens = 0;
        CoarseHistogram ttft = new CoarseHistogram();
        CoarseHistogram e2el = new CoarseHistogram();
        for (int i = (int) (fromNanos / widthNanos); i < Math.min(used, toNanos / widthNanos); i++) {
            Bin bin = bins[i];
            completed += bin.completed;
            tokens += bin.outputTokens;
            if (bin.ttft != null) {
                ttft.add(bin.ttft);
            }
            if (bin.e2el != null) {
                e2el.add(bin.e2el);
            }
        }
        return new Part(completed, tokens, ttft, e2el);
    }
}
