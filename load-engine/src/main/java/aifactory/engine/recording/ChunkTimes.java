package aifactory.engine.recording;

import aifactory.measurement.ClientShares;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * When the chunks of one answer came. The gaps between them are kept until it is known whether the request succeeds:
 * those of a failed one are not to be mixed into the latencies. Four bytes a gap: nanoseconds up to two seconds, beyond
 * that units of 2048 ns, which is finer than the histogram's precision there. Reused from answer to answer.
 *
 * <p>A connection extends this class instead of holding an instance: with thousands of streams the data that a chunk
 * touches comes from memory, and the fields that each chunk needs are adjacent only in one object.
 *
 * <p>Not thread-safe: belongs to its event loop.
 */
public class ChunkTimes {
    private static final int COARSE_SHIFT = 11;

    private long firstChunkNanos = RequestStamps.NEVER;
    private long firstOutputNanos = RequestStamps.NEVER;
    private long doneNanos = RequestStamps.NEVER;
    private long maximumGapNanos;
    private int[] gaps = new int[64];
    private int chunks;
    private int firstOutputChunk;
    private long firstChunkWidthNanos;
    private long firstOutputWidthNanos;
    private long wholeWidthNanos;
    /** The chunk behind the last one that is uncertain, and by how much that is. */
    private int uncertainTo;

    private long uncertainWidthNanos;
    private boolean unbounded;
    private @Nullable CoalescedRuns coalesced;

    /** The same times in a separate object. */
    public final ChunkTimes copy() {
        ChunkTimes copy = new ChunkTimes();
        copy.firstChunkNanos = firstChunkNanos;
        copy.firstOutputNanos = firstOutputNanos;
        copy.doneNanos = doneNanos;
        copy.maximumGapNanos = maximumGapNanos;
        copy.chunks = chunks;
        copy.gaps = Arrays.copyOf(gaps, Math.max(0, chunks - 1));
        copy.firstOutputChunk = firstOutputChunk;
        copy.firstChunkWidthNanos = firstChunkWidthNanos;
        copy.firstOutputWidthNanos = firstOutputWidthNanos;
        copy.wholeWidthNanos = wholeWidthNanos;
        copy.uncertainTo = uncertainTo;
        copy.uncertainWidthNanos = uncertainWidthNanos;
        copy.unbounded = unbounded;
        copy.coalesced = coalesced == null ? null : coalesced.copy();
        return copy;
    }

    /** Makes ready for the next answer. */
    public final void clear() {
        firstChunkNanos = RequestStamps.NEVER;
        firstOutputNanos = RequestStamps.NEVER;
        doneNanos = RequestStamps.NEVER;
        maximumGapNanos = 0;
        chunks = 0;
        firstChunkWidthNanos = 0;
        firstOutputWidthNanos = 0;
        wholeWidthNanos = 0;
        uncertainTo = 0;
        unbounded = false;
        if (coalesced != null) {
            coalesced.clear();
        }
    }

    /**
     * Stamps a chunk with content.
     *
     * @param nowNanos not before the chunk before it
     * @param output whether it holds more than reasoning
     */
    public final void chunk(long nowNanos, boolean output) {
        if (chunks == 0) {
            firstChunkNanos = nowNanos;
        } else {
            long gap = nowNanos - doneNanos;
            keep(gap);
            maximumGapNanos = Math.max(maximumGapNanos, gap);
        }
        if (output && firstOutputNanos == RequestStamps.NEVER) {
            firstOutputNanos = nowNanos;
            firstOutputChunk = chunks;
        }
        doneNanos = nowNanos;
        chunks++;
    }

    /**
     * The last chunks stamped were read together and may have arrived earlier, each by as much.
     *
     * @param from the first of them, by its number from 0
     * @param to the chunk behind them
     */
    public final void uncertain(int from, int to, long widthNanos) {
        if (to <= from) {
            return;
        }
        if (from == 0) {
            firstChunkWidthNanos = widthNanos;
        }
        if (firstOutputNanos != RequestStamps.NEVER && firstOutputChunk >= from && firstOutputChunk < to) {
            firstOutputWidthNanos = widthNanos;
        }
        uncertainTo = to;
        uncertainWidthNanos = widthNanos;
        CoalescedRuns runs = coalesced;
        if (runs == null) {
            runs = new CoalescedRuns();
            coalesced = runs;
        }
        runs.add(from, to, widthNanos);
    }

    /** How much earlier bytes of this answer arrived than they are stamped is not known. */
    public final void unbounded() {
        unbounded = true;
    }

    private void keep(long gapNanos) {
        int place = chunks - 1;
        if (place == gaps.length) {
            gaps = Arrays.copyOf(gaps, place * 2);
        }
        gaps[place] = gapNanos <= Integer.MAX_VALUE ? (int) gapNanos : (int) -(gapNanos >> COARSE_SHIFT);
    }

    /** The answer, which was not streamed, is complete. */
    public final void whole(long nowNanos, long widthNanos) {
        doneNanos = nowNanos;
        wholeWidthNanos = widthNanos;
    }

    /** Chunks with content so far. */
    public final int chunks() {
        return chunks;
    }

    final long firstChunkNanos() {
        return firstChunkNanos;
    }

    /** Of the first chunk that holds more than reasoning. */
    final long firstOutputNanos() {
        return firstOutputNanos;
    }

    /** Of the last chunk, or of the whole answer that was not streamed. */
    final long doneNanos() {
        return doneNanos;
    }

    /** 0 with fewer than two chunks. */
    final long maximumGapNanos() {
        return maximumGapNanos;
    }

    /**
     * How many chunks arrived together with the chunk before: after less than a tenth of the mean gap. Of a stream
     * whose chunks are sent one by one these are few; of one that is held back and released in bursts, most.
     */
    final int chunksTogether() {
        if (chunks < 3) {
            return 0;
        }
        long limitNanos = (doneNanos - firstChunkNanos) / (chunks - 1) / 10;
        int limit = (int) Math.min(Integer.MAX_VALUE, limitNanos);
        int together = 0;
        for (int i = 0; i < chunks - 1; i++) {
            // Negative are those of more than two seconds.
            together += gaps[i] >= 0 && gaps[i] <= limit ? 1 : 0;
        }
        return together;
    }

    final boolean isBounded() {
        return !unbounded;
    }

    /** By how much the first chunk may have arrived earlier. */
    final long firstChunkWidthNanos() {
        return firstChunkWidthNanos;
    }

    final long firstOutputWidthNanos() {
        return firstOutputWidthNanos;
    }

    final long doneWidthNanos() {
        if (chunks == 0) {
            return wholeWidthNanos;
        }
        return uncertainTo == chunks ? uncertainWidthNanos : 0;
    }

    final void recordGapSharesInto(ClientShares shares) {
        int uncertain = coalesced == null ? 0 : coalesced.recordInto(shares, chunks);
        shares.record(Metric.ITL, 0, chunks - 1L - uncertain);
    }

    final void recordGapsInto(LatencyHistogram histogram) {
        for (int i = 0; i < chunks - 1; i++) {
            int gap = gaps[i];
            histogram.record(gap >= 0 ? gap : -(long) gap << COARSE_SHIFT);
        }
    }
}
