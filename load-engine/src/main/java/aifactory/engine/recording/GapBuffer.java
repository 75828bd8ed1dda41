package aifactory.engine.recording;

import aifactory.measurement.LatencyHistogram;
import java.util.Arrays;

/**
 * The gaps between the chunks of one request, kept until it is known whether the request succeeds: the gaps of a failed one are
 * not to be mixed into the latencies. Four bytes a gap: nanoseconds up to two seconds, beyond that units of 2048 ns, which is
 * finer than the histogram's precision there. Reused from request to request.
 *
 * <p>Not thread-safe.
 */
public final class GapBuffer {
    private static final int COARSE_SHIFT = 11;

    private int[] gaps = new int[64];
    private int size;

    public void clear() {
        size = 0;
    }

    /**
     * Keeps a gap.
     *
     * @param nanos 0 to {@link LatencyHistogram#HIGHEST_NANOS}
     */
    public void add(long nanos) {
        if (size == gaps.length) {
            gaps = Arrays.copyOf(gaps, size * 2);
        }
        gaps[size++] = nanos <= Integer.MAX_VALUE ? (int) nanos : (int) -(nanos >> COARSE_SHIFT);
    }

    void recordInto(LatencyHistogram histogram) {
        for (int i = 0; i < size; i++) {
            int gap = gaps[i];
            histogram.record(gap >= 0 ? gap : -(long) gap << COARSE_SHIFT);
        }
    }
}
