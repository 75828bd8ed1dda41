package aifactory.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Throughput against latency, one point a load.
 *
 * @param points by ascending throughput
 */
public record CapacityCurve(List<Point> points) {
    public CapacityCurve {
        points = List.copyOf(points);
    }

    /**
     * A load that was measured.
     *
     * @param throughput more is better
     * @param latencyMs less is better
     * @param isPareto no other point has both more throughput and less latency
     * @param isKnee beyond it latency grows faster than throughput
     */
    public record Point(double load, double throughput, double latencyMs, boolean isPareto, boolean isKnee) {
        public static Point of(double load, double throughput, double latencyMs) {
            return new Point(load, throughput, latencyMs, false, false);
        }
    }

    /**
     * Marks the Pareto front and its knee: the point of the front that lies furthest above the straight line between
     * the front's ends, both axes scaled to 1 (V. Satopää and others, Finding a "Kneedle" in a Haystack, 2011). A front
     * of fewer than three points, or a straight one, has no knee.
     */
    public static CapacityCurve of(List<Point> measured) {
        List<Point> sorted = new ArrayList<>(measured);
        sorted.sort(Comparator.comparingDouble(Point::throughput).thenComparingDouble(Point::latencyMs));
        List<Point> front = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (Point point : sorted.reversed()) {
            if (point.latencyMs() < least) {
                front.addFirst(point);
                least = point.latencyMs();
            }
        }
        Point knee = knee(front);
        List<Point> marked = new ArrayList<>();
        for (Point point : sorted) {
            marked.add(new Point(
                    point.load(), point.throughput(), point.latencyMs(), front.contains(point), point.equals(knee)));
        }
        return new CapacityCurve(marked);
    }

    private static Point knee(List<Point> front) {
        Point none = Point.of(Double.NaN, Double.NaN, Double.NaN);
        if (front.size() < 3) {
            return none;
        }
        double width = front.getLast().throughput() - front.getFirst().throughput();
        double height = front.getLast().latencyMs() - front.getFirst().latencyMs();
        Point best = none;
        double furthest = 0.05;
        for (Point point : front.subList(1, front.size() - 1)) {
            double gained = (point.throughput() - front.getFirst().throughput()) / width;
            double paid = (point.latencyMs() - front.getFirst().latencyMs()) / height;
            if (gained - paid > furthest) {
                furthest = gained - paid;
                best = point;
            }
        }
        return best;
    }
}
