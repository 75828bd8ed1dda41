package aifactory.measurement;

import java.util.ArrayList;
import java.util.List;

/**
 * The energy of a device over time, from readings of a counter that grows: the energy between two moments is the
 * difference of the interpolated counter. A counter that restarts from a lower value continues where it was; the time
 * in between is not covered.
 *
 * <p>Bounded: when there are too many points, every other one is removed. That changes no total, only the resolution.
 * Not thread-safe.
 */
public final class EnergyCurve {
    static final int MOST_POINTS = 2_400;

    private List<Point> points = new ArrayList<>();
    private int stride = 1;
    private int seen;
    private double joulesBefore;
    private double coveredBefore;
    private double lastJoules;
    private double lastCovered;

    private record Point(long nanos, double joules, double coveredSeconds) {}

    /**
     * The energy of a stretch of time.
     *
     * @param joules in the time that is covered
     * @param coveredSeconds of the stretch that the energy is known of, by the clock of the counter: a little more than
     *     the stretch if readings arrived at irregular times
     */
    public record Stretch(double joules, double coveredSeconds) {}

    /**
     * Adds a reading of the counter.
     *
     * @param nanos a reading that is not later than the last one is ignored
     * @param joules since the counter started
     * @param coveredSeconds of the time since then that the counter knows the energy of
     */
    public void add(long nanos, double joules, double coveredSeconds) {
        if (!points.isEmpty() && nanos <= points.getLast().nanos) {
            return;
        }
        if (joules < lastJoules || coveredSeconds < lastCovered) {
            joulesBefore += lastJoules;
            coveredBefore += lastCovered;
            // What the new counter has counted before its first report belongs to no known time.
            joulesBefore -= joules;
            coveredBefore -= coveredSeconds;
        }
        lastJoules = joules;
        lastCovered = coveredSeconds;
        if (seen++ % stride == 0) {
            points.add(new Point(nanos, joulesBefore + joules, coveredBefore + coveredSeconds));
        }
        if (points.size() > MOST_POINTS) {
            List<Point> kept = new ArrayList<>();
            for (int i = 0; i < points.size(); i += 2) {
                kept.add(points.get(i));
            }
            points = kept;
            stride *= 2;
        }
    }

    /** Forgets what was before; from then on, every reading counts again. */
    public void keepFrom(long nanos) {
        int first = 0;
        while (first + 1 < points.size() && points.get(first + 1).nanos <= nanos) {
            first++;
        }
        if (first > 0) {
            points = new ArrayList<>(points.subList(first, points.size()));
            stride = 1;
        }
    }

    /** The energy between two moments; the time before the first point and after the last is not covered. */
    public Stretch between(long fromNanos, long toNanos) {
        if (points.isEmpty() || toNanos <= fromNanos) {
            return new Stretch(0, 0);
        }
        Point from = at(fromNanos);
        Point to = at(toNanos);
        return new Stretch(to.joules - from.joules, Math.max(0, to.coveredSeconds - from.coveredSeconds));
    }

    private Point at(long nanos) {
        if (nanos <= points.getFirst().nanos) {
            return points.getFirst();
        }
        if (nanos >= points.getLast().nanos) {
            return points.getLast();
        }
        int low = 0;
        int high = points.size() - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (points.get(middle).nanos <= nanos) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Point before = points.get(low);
        Point after = points.get(high);
        double share = (double) (nanos - before.nanos) / (after.nanos - before.nanos);
        return new Point(
                nanos,
                before.joules + share * (after.joules - before.joules),
                before.coveredSeconds + share * (after.coveredSeconds - before.coveredSeconds));
    }
}
