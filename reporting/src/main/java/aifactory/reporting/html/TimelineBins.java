package aifactory.reporting.html;

import aifactory.protocol.RunResult.TimelinePoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The timeline of a run, joined to as many points as a chart can show. A joined rate is the mean of its seconds, a
 * joined number in flight the largest, a joined median the median of medians and a joined p99 the largest p99.
 */
final class TimelineBins {
    private static final int MOST_BINS = 240;

    private final List<List<TimelinePoint>> bins = new ArrayList<>();
    private final int secondsPerPoint;
    private final int secondsPerBin;

    TimelineBins(List<TimelinePoint> timeline) {
        secondsPerPoint = timeline.size() < 2
                ? 1
                : Math.max(1, timeline.get(1).second() - timeline.get(0).second());
        int pointsPerBin = (timeline.size() + MOST_BINS - 1) / MOST_BINS;
        secondsPerBin = Math.max(1, pointsPerBin) * secondsPerPoint;
        for (int i = 0; i < timeline.size(); i += pointsPerBin) {
            bins.add(timeline.subList(i, Math.min(timeline.size(), i + pointsPerBin)));
        }
    }

    int size() {
        return bins.size();
    }

    int secondsPerBin() {
        return secondsPerBin;
    }

    /** Seconds since T0 at which a bin begins. */
    int second(int bin) {
        return bins.get(bin).getFirst().second();
    }

    /** Seconds from T0 to the end of the last bin. */
    int endSecond() {
        return bins.isEmpty() ? 0 : bins.getLast().getLast().second() + secondsPerPoint;
    }

    /** A count a second. */
    double[] rate(Function<TimelinePoint, Long> count) {
        return each(bin -> bin.stream().mapToLong(count::apply).sum() / ((double) bin.size() * secondsPerPoint));
    }

    double[] inFlight() {
        return each(bin -> bin.stream().mapToInt(TimelinePoint::inFlight).max().orElse(0));
    }

    /** The median of what is there; not a number where nothing is. */
    double[] median(Function<TimelinePoint, @Nullable Double> figure) {
        return each(bin -> {
            double[] values = present(bin, figure);
            return values.length == 0 ? Double.NaN : values[values.length / 2];
        });
    }

    /** The largest of what is there; not a number where nothing is. */
    double[] largest(Function<TimelinePoint, @Nullable Double> figure) {
        return each(bin -> {
            double[] values = present(bin, figure);
            return values.length == 0 ? Double.NaN : values[values.length - 1];
        });
    }

    private static double[] present(List<TimelinePoint> bin, Function<TimelinePoint, @Nullable Double> figure) {
        double[] values = new double[bin.size()];
        int size = 0;
        for (TimelinePoint point : bin) {
            Double value = figure.apply(point);
            if (value != null && Double.isFinite(value)) {
                values[size++] = value;
            }
        }
        double[] present = Arrays.copyOf(values, size);
        Arrays.sort(present);
        return present;
    }

    private double[] each(Function<List<TimelinePoint>, Number> figure) {
        double[] values = new double[bins.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = figure.apply(bins.get(i)).doubleValue();
        }
        return values;
    }
}
