package aifactory.engine.recording;

import aifactory.measurement.ClientShares;
import aifactory.measurement.Metric;
import java.util.Arrays;

/**
 * Which chunks of an answer are stamped later than they may have arrived, and by how much: runs of chunks that were
 * read together. The gaps next to a chunk are as uncertain as the chunk.
 *
 * <p>Not thread-safe: belongs to its event loop.
 */
final class CoalescedRuns {
    private static final int FEW = 4;

    private int[] fromChunks = new int[FEW];
    private int[] toChunks = new int[FEW];
    private long[] widthsNanos = new long[FEW];
    private int runs;

    void clear() {
        runs = 0;
    }

    CoalescedRuns copy() {
        CoalescedRuns copy = new CoalescedRuns();
        copy.fromChunks = fromChunks.clone();
        copy.toChunks = toChunks.clone();
        copy.widthsNanos = widthsNanos.clone();
        copy.runs = runs;
        return copy;
    }

    /**
     * Adds the chunks of another read.
     *
     * @param to behind the last of them
     */
    void add(int from, int to, long widthNanos) {
        if (runs == fromChunks.length) {
            fromChunks = Arrays.copyOf(fromChunks, runs * 2);
            toChunks = Arrays.copyOf(toChunks, runs * 2);
            widthsNanos = Arrays.copyOf(widthsNanos, runs * 2);
        }
        fromChunks[runs] = from;
        toChunks[runs] = to;
        widthsNanos[runs] = widthNanos;
        runs++;
    }

    /**
     * Records the shares of the gaps between chunks, and the chunks as coalesced.
     *
     * @param chunks of the whole answer; gap i lies before chunk i, from 1
     * @return how many gaps were recorded
     */
    int recordInto(ClientShares shares, int chunks) {
        int recorded = 0;
        int nextGap = 1;
        for (int i = 0; i < runs; i++) {
            shares.coalesced(toChunks[i] - fromChunks[i], widthsNanos[i]);
            int first = Math.max(nextGap, fromChunks[i]);
            boolean follows = i + 1 < runs && fromChunks[i + 1] == toChunks[i];
            boolean leavesLast = follows && widthsNanos[i + 1] > widthsNanos[i];
            int last = Math.min(chunks - 1, leavesLast ? toChunks[i] - 1 : toChunks[i]);
            if (last >= first) {
                shares.record(Metric.ITL, widthsNanos[i], last - first + 1);
                recorded += last - first + 1;
                nextGap = last + 1;
            }
        }
        return recorded;
    }
}
