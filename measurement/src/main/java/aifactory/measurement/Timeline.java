package aifactory.measurement;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all clients did, second by second. Bounded: beyond two hours neighbouring points are joined and each stands for
 * more seconds.
 *
 * <p>Not thread-safe.
 */
public final class Timeline {
    private static final int MOST_POINTS = 7200;
    /** Only ever read. */
    private static final CoarseHistogram NO_SAMPLES = new CoarseHistogram();

    private List<Point> points = new ArrayList<>();
    private int secondsPerPoint = 1;

    /** One stretch of time. */
    public static final class Point {
        private RequestCounts counts = RequestCounts.NONE;
        private long streamedChunks;
        private long inFlight;
        /** Null as long as there is no sample: a stretch in which nothing completed takes no memory for it. */
        private @Nullable CoarseHistogram ttft;

        private @Nullable CoarseHistogram itl;

        private void add(IntervalMeasurement interval) {
            counts = counts.plus(interval.all());
            streamedChunks += interval.allStreamedChunks();
            inFlight += interval.inFlight();
            interval.histograms()
                    .recorded(Metric.TTFT)
                    .ifPresent(samples -> ttftSamples().add(samples));
            interval.histograms()
                    .recorded(Metric.ITL)
                    .ifPresent(samples -> itlSamples().add(samples));
        }

        private CoarseHistogram ttftSamples() {
            CoarseHistogram samples = ttft;
            if (samples == null) {
                samples = new CoarseHistogram();
                ttft = samples;
            }
            return samples;
        }

        private CoarseHistogram itlSamples() {
            CoarseHistogram samples = itl;
            if (samples == null) {
                samples = new CoarseHistogram();
                itl = samples;
            }
            return samples;
        }

        private void join(Point later) {
            counts = counts.plus(later.counts);
            streamedChunks += later.streamedChunks;
            inFlight = Math.max(inFlight, later.inFlight);
            if (later.ttft != null) {
                ttftSamples().add(later.ttft);
            }
            if (later.itl != null) {
                itlSamples().add(later.itl);
            }
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
            return ttft == null ? NO_SAMPLES : ttft;
        }

        /** Of measured requests that completed in the stretch. */
        public CoarseHistogram itl() {
            return itl == null ? NO_SAMPLES : itl;
        }
    }

    /** Adds one client's interval to the point in which its middle lies. */
    public void add(IntervalMeasurement interval) {
        long middle = interval.startNanos() / 2 + interval.endNanos() / 2;
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
