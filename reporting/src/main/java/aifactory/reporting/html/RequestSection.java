package aifactory.reporting.html;

import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.RequestOutcome;
import aifactory.protocol.RunResult;
import aifactory.reporting.Figures;
import aifactory.reporting.records.RequestOverview;
import aifactory.reporting.records.RequestOverview.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Single requests: the time to first token over the run and by input length, and histograms. */
final class RequestSection {
    private static final int BINS = 40;
    /** The tail beyond would squeeze the rest together; it is in the distributions. */
    private static final double SHOWN_PERCENTILE = 99.5;

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final Html html;
    private final RunResult result;
    private final RequestOverview requests;

    RequestSection(Html html, RunResult result, RequestOverview requests) {
        this.html = html;
        this.result = result;
        this.requests = requests;
    }

    void write() {
        List<Point> points = requests.points();
        if (points.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Requests");
        html.element("p", note(points.size()), "class", "note");
        html.open("div", "class", "charts");
        overTime(points).write(html);
        if (varies(points)) {
            byInputLength(points).write(html);
        }
        histogram("Histogram of time to first token, requests", "TTFT, ms", binned(requests.timeToFirstToken()));
        histogram("Histogram of inter-token latency, share of gaps in %", "ITL, ms", ofCurve("itl_ms"));
        html.close().close().line();
    }

    private String note(int shown) {
        return (shown < requests.requests()
                        ? "A random sample of " + Figures.count(shown) + " of " + Figures.count(requests.requests())
                                + " requests."
                        : "All " + Figures.count(shown) + " requests.")
                + " A request that failed or was cancelled before its first token is at the time until its end. Histograms leave"
                + " out the largest 0.5 %.";
    }

    private PointChart overTime(List<Point> points) {
        return new PointChart(
                "Time to first token by start, ms",
                "Time to first token of single requests over the run, by outcome.",
                "start of the request, s",
                List.of(
                        group("completed", 0, points, Point::second, is(RequestOutcome.COMPLETED, true)),
                        group("not measured", 5, points, Point::second, is(RequestOutcome.COMPLETED, false)),
                        group("failed", 3, points, Point::second, point -> point.outcome() == RequestOutcome.FAILED),
                        group(
                                "cancelled",
                                1,
                                points,
                                Point::second,
                                point -> point.outcome() != RequestOutcome.COMPLETED
                                        && point.outcome() != RequestOutcome.FAILED)),
                ChartLimits.of(result.summary(), "ttft"),
                false);
    }

    private PointChart byInputLength(List<Point> points) {
        return new PointChart(
                "Time to first token by input length, ms",
                "Time to first token of completed requests by their number of input tokens.",
                "input tokens",
                List.of(group("completed", 0, points, Point::inputTokens, is(RequestOutcome.COMPLETED, true))),
                ChartLimits.of(result.summary(), "ttft"),
                false);
    }

    private static boolean varies(List<Point> points) {
        return points.stream().mapToInt(Point::inputTokens).distinct().count() > 1;
    }

    private static Predicate<Point> is(RequestOutcome outcome, boolean measured) {
        return point -> point.outcome() == outcome && point.isMeasured() == measured;
    }

    private static PointChart.Group group(
            String name, int colour, List<Point> points, ToDoubleFunction<Point> x, Predicate<Point> which) {
        List<Point> chosen = points.stream().filter(which).toList();
        return new PointChart.Group(
                name,
                colour,
                chosen.stream().mapToDouble(x).toArray(),
                chosen.stream().mapToDouble(Point::milliseconds).toArray());
    }

    private void histogram(String title, String axis, PointChart.Group bins) {
        if (bins.x().length > 1) {
            new PointChart(title, title + ".", axis, List.of(bins), List.of(), true).write(html);
        }
    }

    private static PointChart.Group binned(LatencyHistogram histogram) {
        if (histogram.count() == 0) {
            return new PointChart.Group("", 0, new double[0], new double[0]);
        }
        double end = histogram.percentileNanos(SHOWN_PERCENTILE) / NANOS_PER_MILLISECOND;
        double[] x = new double[BINS];
        double[] y = new double[BINS];
        long before = 0;
        for (int bin = 0; bin < BINS; bin++) {
            long below = histogram.countAtOrBelow((long) (end * (bin + 1) / BINS * NANOS_PER_MILLISECOND));
            x[bin] = end * (bin + 0.5) / BINS;
            y[bin] = below - before;
            before = below;
        }
        return new PointChart.Group("", 0, x, y);
    }

    /** From the percentiles of a metric of which there are no single values. */
    private PointChart.Group ofCurve(String metric) {
        List<RunResult.PercentilePoint> curve = result.distributions().getOrDefault(metric, List.of()).stream()
                .filter(point -> point.percentile() <= SHOWN_PERCENTILE)
                .toList();
        if (curve.size() < 3 || curve.getLast().milliseconds() <= 0) {
            return new PointChart.Group("", 2, new double[0], new double[0]);
        }
        double end = curve.getLast().milliseconds();
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        double before = 0;
        for (int bin = 0; bin < BINS; bin++) {
            double share = share(curve, end * (bin + 1) / BINS);
            x.add(end * (bin + 0.5) / BINS);
            y.add(Math.max(0, share - before));
            before = share;
        }
        return new PointChart.Group(
                "",
                2,
                x.stream().mapToDouble(Double::doubleValue).toArray(),
                y.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The percentile of a value, between two points of the curve by proportion. */
    private static double share(List<RunResult.PercentilePoint> curve, double milliseconds) {
        RunResult.PercentilePoint before = curve.getFirst();
        if (milliseconds < before.milliseconds()) {
            return 0;
        }
        for (RunResult.PercentilePoint point : curve) {
            if (point.milliseconds() > milliseconds) {
                double part = (milliseconds - before.milliseconds()) / (point.milliseconds() - before.milliseconds());
                return before.percentile() + part * (point.percentile() - before.percentile());
            }
            before = point;
        }
        return before.percentile();
    }
}
