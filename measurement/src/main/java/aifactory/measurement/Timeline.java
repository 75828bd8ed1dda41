package aifactory.measurement;

import java.util.ArrayList;
import java.util.List;

/**
 * What all clients did, second by second. Bounded: beyond two hours neighbouring points are joined and each stands for more
 * seconds.
 *
 * <p>Not thread-safe.
 */
public final class Timeline {
    private static final int MOST_POINTS = 7200;

    private List<Point> points = new ArrayList<>();
    private int secondsPerPoint = 1;

    /** One stretch of time. */
    public static final class Point {
        private RequestCounts counts = RequestCounts.NONE;
        private long streamedChunks;
        private long inFlight;
        private final CoarseHistogram ttft = new CoarseHistogram();
        private final CoarseHistogram itl = new CoarseHistogram();

        private void add(IntervalMeasurement interval) {
            counts = counts.plus(interval.all());
            streamedChunks += interval.allStreamedChunks();
            inFlight += interval.inFlight();
            interval.histograms().recorded(Metric.TTFT).ifPresent(ttft::add);
            interval.histograms().recorded(Metric.ITL).ifPresent(itl::add);
        }

        private void join(Point later) {
            counts = counts.plus(later.counts);
            streamedChunks += later.streamedChunks;
            inFlight = Math.max(inFlight, later.inFlight);
            ttft.add(later.ttft);
            itl.add(later.itl);
        }

        /** Requests of every phase. */
        public RequestCounts counts() {
            return counts;
        }

        public long streamedChunks() {
            return streamedChunks;
        }

        /** Over all clients, at the end of the stretch. */
        public long inFlight() {
            return inFlight;
        }

        /** Of measured requests that completed in the stretch. */
        public CoarseHistogram ttft() {
            return ttft;
        }

        /** Of measured requests that completed in the stretch. */
        public CoarseHistogram itl() {
            return itl;
        }
    }

    /** Adds one client's interval to the point in which its middle lies. */
    public void add(IntervalMeasurement interval) {
        long middle = (interval.startNanos() + interval.endNanos()) / 2;
        long second = Math.max(0, middle / 1_000_000_000L);
        while (second / secondsPerPoint >= MOST_POINTS) {
            halve();
        }
        int index = (int) (second / secondsPerPoint);
        while (points.size() <= index) {
            points.add(new Point());
        }
        points.get(index).add(interval);
    }

    private void halve() {
        List<Point> joined = new ArrayList<>();
        for (int i = 0; i < points.size(); i += 2) {
            Point point = points.get(i);
            if (i + 1 < points.size()) {
                point.join(points.get(i + 1));
            }
            joined.add(point);
        }
        points = joined;
        secondsPerPoint *= 2;
    }

    /** From T0 on, without gaps. */
    public List<Point> points() {
        return List.copyOf(points);
    }

    public int secondsPerPoint() {
        return secondsPerPoint;
    }
}
