package aifactory.engine.recording;

import aifactory.measurement.LatencyHistogram;
import java.util.Arrays;

/**
 * When the chunks of one answer came. The gaps between them are kept until it is known whether the request succeeds: those of a
 * failed one are not to be mixed into the latencies. Four bytes a gap: nanoseconds up to two seconds, beyond that units of 2048 ns,
 * which is finer than the histogram's precision there. Reused from answer to answer.
 *
 * <p>A connection is one of these instead of having one: with thousands of streams whatever a chunk touches comes from memory, and
 * the fields that each chunk needs lie side by side only in one object.
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

    /** The same times in an object of their own. */
    public final ChunkTimes copy() {
        ChunkTimes copy = new ChunkTimes();
        copy.firstChunkNanos = firstChunkNanos;
        copy.firstOutputNanos = firstOutputNanos;
        copy.doneNanos = doneNanos;
        copy.maximumGapNanos = maximumGapNanos;
        copy.chunks = chunks;
        copy.gaps = Arrays.copyOf(gaps, Math.max(0, chunks - 1));
        return copy;
    }

    /** Makes ready for the next answer. */
    public final void clear() {
        firstChunkNanos = RequestStamps.NEVER;
        firstOutputNanos = RequestStamps.NEVER;
        doneNanos = RequestStamps.NEVER;
        maximumGapNanos = 0;
        chunks = 0;
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
        }
        doneNanos = nowNanos;
        chunks++;
    }

    private void keep(long gapNanos) {
        int place = chunks - 1;
        if (place == gaps.length) {
            gaps = Arrays.copyOf(gaps, place * 2);
        }
        gaps[place] = gapNanos <= Integer.MAX_VALUE ? (int) gapNanos : (int) -(gapNanos >> COARSE_SHIFT);
    }

    /** The answer, which was none in chunks, is complete. */
    public final void whole(long nowNanos) {
        doneNanos = nowNanos;
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

    /** Of the last chunk, or of the whole answer that was none in chunks. */
    final long doneNanos() {
        return doneNanos;
    }

    /** 0 with fewer than two chunks. */
    final long maximumGapNanos() {
        return maximumGapNanos;
    }

    /**
     * How many chunks arrived together with the chunk before: after less than a tenth of the mean gap. Of a stream whose chunks are
     * sent one by one these are few; of one that is held back and released in bursts, most.
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

    final void recordGapsInto(LatencyHistogram histogram) {
        for (int i = 0; i < chunks - 1; i++) {
            int gap = gaps[i];
            histogram.record(gap >= 0 ? gap : -(long) gap << COARSE_SHIFT);
        }
    }
}
