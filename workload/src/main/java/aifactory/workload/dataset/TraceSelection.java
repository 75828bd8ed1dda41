package aifactory.workload.dataset;

import aifactory.workload.DatasetReference;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.TraceWindow;
import aifactory.workload.dataset.source.DatasetException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/**
 * The sessions of a dataset that are sent, and their times: a window of a trace, a share of its sessions, faster than
 * recorded. Immutable.
 *
 * <p>Sessions are selected independently at random, so that the arrival rate keeps its shape over time and a Poisson
 * process stays a Poisson process: thinning in the sense of Lewis and Shedler (1979).
 */
final class TraceSelection {
    private final SessionTable sessions;
    private final boolean timed;
    private final double speedup;
    private final int[] selected;
    private final long originNanos;
    private final long periodNanos;

    private TraceSelection(
            SessionTable sessions, boolean timed, double speedup, int[] selected, long originNanos, long periodNanos) {
        this.sessions = sessions;
        this.timed = timed;
        this.speedup = speedup;
        this.selected = selected;
        this.originNanos = originNanos;
        this.periodNanos = periodNanos;
    }

    /**
     * The sessions that a workload asks for.
     *
     * @param timed whether they are sent at their times
     * @throws DatasetException when there are none, without the path of the dataset in its message
     */
    static TraceSelection of(SessionTable sessions, DatasetReference reference, boolean timed, long seed)
            throws DatasetException {
        double speedup = Objects.requireNonNullElse(reference.speedup(), 1.0);
        double scale = Objects.requireNonNullElse(reference.scale(), 1.0);
        if (!timed) {
            return new TraceSelection(sessions, false, speedup, all(sessions.size()), 0, 0);
        }
        long first = sessions.startNanos(0);
        long last = sessions.startNanos(sessions.size() - 1);
        long from = first;
        long to = Long.MAX_VALUE;
        if (reference.window() != null) {
            TraceWindow window = TraceWindow.parse(reference.window());
            from = first + window.start().toNanos();
            to = window.end().compareTo(Duration.ofDays(36_500)) >= 0
                    ? Long.MAX_VALUE
                    : first + window.end().toNanos();
        }
        int[] selected = new int[sessions.size()];
        int count = 0;
        int inWindow = 0;
        for (int session = 0; session < sessions.size(); session++) {
            long start = sessions.startNanos(session);
            if (start >= from && start < to) {
                inWindow++;
                if (scale >= 1 || SeededHash.unit(SeededHash.bits(seed, Purpose.THINNING, session)) < scale) {
                    selected[count++] = session;
                }
            }
        }
        if (count == 0) {
            throw new DatasetException(
                    inWindow == 0
                            ? "has no requests in the window " + reference.window() + ": it is "
                                    + TraceText.span(last - first) + " long"
                            : "has " + inWindow + " sessions, of which --trace-scale " + scale + " selects none");
        }
        long end = Math.min(to, last + meanGap(first, last, sessions.size()));
        return new TraceSelection(sessions, true, speedup, Arrays.copyOf(selected, count), from, end - from);
    }

    private static int[] all(int size) {
        int[] all = new int[size];
        Arrays.setAll(all, i -> i);
        return all;
    }

    /** Between the last request of a trace and the first of its repetition. */
    private static long meanGap(long first, long last, int size) {
        return size < 2 ? Duration.ofSeconds(1).toNanos() : Math.max(1, (last - first) / (size - 1));
    }

    int size() {
        return selected.length;
    }

    boolean isTimed() {
        return timed;
    }

    /** The number in the dataset of a session of the workload. */
    int number(long session) {
        return selected[(int) (session % selected.length)];
    }

    int turns(long session) {
        return sessions.turns(number(session));
    }

    /** All requests of the selection, once. */
    long requests() {
        long requests = 0;
        for (int number : selected) {
            requests += sessions.turns(number);
        }
        return requests;
    }

    /** A length of time of the trace as it is sent. */
    long shortened(long nanos) {
        return speedup == 1 ? nanos : Math.round(nanos / speedup);
    }

    /** When a session starts, since the beginning of the run. */
    long startNanos(long session) {
        long repetition = session / selected.length;
        return shortened(sessions.startNanos(number(session)) - originNanos + repetition * periodNanos);
    }
}
