package aifactory.reporting.html;

import aifactory.capacity.CapacityCurve;
import aifactory.capacity.CapacityResult;
import aifactory.reporting.Figures;
import aifactory.reporting.campaign.CampaignDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A campaign as one HTML file: what was found, the curve of throughput against latency, every step with its reason. */
public final class CampaignPage {
    private static final int X_STEPS = 6;
    /** An overloaded server answers hundreds of times later than an idle one. */
    private static final double MOST_SPREAD = 20;

    private final Html html = new Html();
    private final CampaignDocument campaign;
    private final CapacityCurve curve;

    private CampaignPage(CampaignDocument campaign) {
        this.campaign = campaign;
        this.curve = campaign.curve();
    }

    /**
     * The whole document.
     *
     * @param version of the program
     */
    public static String of(CampaignDocument campaign, String version) {
        CampaignPage page = new CampaignPage(campaign);
        PageFrame.begin(page.html, "Campaign");
        page.writeHeading();
        page.writeFinding();
        page.writeCurve();
        page.writeSteps();
        PageFrame.end(page.html, "Written by aifactory " + version);
        return page.html.finish();
    }

    private void writeHeading() {
        html.open("header").element("p", "Campaign", "class", "kicker");
        html.element(
                "h1",
                campaign.varies() == null ? campaign.steps().size() + " runs" : "Capacity by " + campaign.varies());
        html.open("p", "class", "facts").text("Started ");
        html.element("time", campaign.startedAt(), "datetime", campaign.startedAt());
        html.text(" · " + campaign.steps().size() + " runs" + (campaign.complete() ? "" : " · not complete"))
                .close();
        html.close().line();
    }

    private void writeFinding() {
        CapacityResult found = campaign.capacity();
        if (found == null) {
            return;
        }
        boolean good = found.kind() == CapacityResult.Kind.FOUND;
        boolean bad = found.kind() == CapacityResult.Kind.FAILED || found.kind() == CapacityResult.Kind.SERVER_LOST;
        html.open("section", "class", "verdict " + (good ? "good" : bad ? "bad" : "doubtful"), "aria-label", "Finding");
        html.element("span", good ? "✓" : bad ? "✕" : "!", "class", "mark", "aria-hidden", "true");
        html.open("div").element("h2", sentence(found));
        html.element("p", found.sentence() + ".");
        html.close().close().line();
    }

    private String sentence(CapacityResult found) {
        String unit = campaign.varies() == null ? "" : " (" + campaign.varies() + ")";
        return found.capacity() == null
                ? "No capacity was found" + unit
                : Figures.of(found.capacity())
                        + (found.upper() == null ? " and more" : " to " + Figures.of(found.upper()))
                        + unit;
    }

    private void writeCurve() {
        html.open("section").element("h2", "Throughput against latency");
        List<CapacityCurve.Point> points = curve.points();
        if (points.isEmpty()) {
            html.element("p", "No step was valid, so there is no curve.", "class", "empty");
            html.close().line();
            return;
        }
        double largest = points.getLast().throughput();
        List<Double> ticks = AxisTicks.upTo(largest, X_STEPS);
        double right = ticks.getLast();
        String title = campaign.latencyName() + " by completed requests/s";
        double highest = MOST_SPREAD
                * points.stream()
                        .mapToDouble(CapacityCurve.Point::latencyMs)
                        .min()
                        .orElse(0);
        long above =
                points.stream().filter(point -> point.latencyMs() > highest).count();
        double[] positions =
                points.stream().mapToDouble(point -> point.throughput() / right).toArray();
        List<LineChart.Series> series = new ArrayList<>();
        series.add(new LineChart.Series("every load", 0, true, values(points, false, highest)));
        series.add(new LineChart.Series("Pareto front", 1, false, values(points, true, highest)));
        html.element(
                "p",
                "One point for each load that was measured validly, the mean over its repeats. On the Pareto front no"
                        + " other point has"
                        + " both more throughput and less latency" + knee(points)
                        + (above == 0
                                ? ""
                                : " Points above " + Figures.of(highest) + " ms (" + above
                                        + ") are in the table only, since they would flatten the rest."),
                "class",
                "note");
        html.open("div", "class", "charts");
        new LineChart(
                        title,
                        title + ", from " + Figures.of(points.getFirst().throughput()) + " to " + Figures.of(largest)
                                + " requests per second.",
                        positions,
                        ticks.stream()
                                .map(tick -> new LineChart.Tick(tick / right, Figures.of(tick)))
                                .toList(),
                        series,
                        true,
                        List.of(),
                        "curve",
                        List.of(2, 3))
                .with("completed requests per second", List.of())
                .withMarkers()
                .write(html);
        html.close();
        writePoints(points);
        html.close().line();
    }

    private void writePoints(List<CapacityCurve.Point> points) {
        List<List<String>> rows = new ArrayList<>();
        for (CapacityCurve.Point point : points) {
            String latency = Figures.of(point.latencyMs());
            rows.add(List.of(
                    Figures.of(point.throughput()),
                    name(point),
                    latency,
                    point.isPareto() ? latency : Figures.NONE,
                    point.isKnee() ? "knee" : point.isPareto() ? "Pareto front" : ""));
        }
        DataTable.write(
                html,
                "curve",
                "The points of the curve",
                List.of("Requests/s", "Step", campaign.latencyName(), "on the front", "Mark"),
                rows);
    }

    private String name(CapacityCurve.Point point) {
        return campaign.steps().stream()
                .filter(step -> point.equals(campaign.pointOf(step, curve)))
                .map(CampaignDocument.Step::name)
                .findFirst()
                .orElse("");
    }

    private static double[] values(List<CapacityCurve.Point> points, boolean frontOnly, double highest) {
        return points.stream()
                .mapToDouble(point -> (frontOnly && !point.isPareto()) || point.latencyMs() > highest
                        ? Double.NaN
                        : point.latencyMs())
                .toArray();
    }

    private String knee(List<CapacityCurve.Point> points) {
        return points.stream()
                .filter(CapacityCurve.Point::isKnee)
                .findFirst()
                .map(point -> "; beyond its knee, at " + Figures.of(point.throughput()) + " requests/s (" + name(point)
                        + "), latency grows faster than throughput.")
                .orElse("; it has no knee.");
    }

    private void writeSteps() {
        html.open("section").element("h2", "Steps");
        List<List<String>> rows = new ArrayList<>();
        for (CampaignDocument.Step step : campaign.steps()) {
            CampaignDocument.Figures figures = step.figures();
            rows.add(List.of(
                    step.number() + ". " + step.name() + (step.repeat() > 1 ? " (repeat " + step.repeat() + ")" : ""),
                    Integer.toString(step.numClients()),
                    step.verdict() == null
                            ? step.valid() ? "valid" : "not valid"
                            : step.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    Figures.of(figures.requestThroughput()),
                    Figures.of(figures.outputTokenThroughput()),
                    Figures.of(figures.ttftP50Ms()),
                    Figures.of(figures.ttftP99Ms()),
                    Figures.of(figures.itlP99Ms()),
                    Figures.of(figures.e2elP99Ms()),
                    figures.sloAttainment() == null ? Figures.NONE : Figures.percent(figures.sloAttainment())));
        }
        DataTable.write(
                html,
                "",
                "All runs in order",
                List.of(
                        "Step",
                        "Clients",
                        "Verdict",
                        "Requests/s",
                        "Output tokens/s",
                        "TTFT p50, ms",
                        "TTFT p99, ms",
                        "ITL p99, ms",
                        "E2EL p99, ms",
                        "Within limits"),
                rows);
        html.element("h3", "Reason and result of each step");
        html.open("ol");
        for (CampaignDocument.Step step : campaign.steps()) {
            html.open("li").text(step.name() + ", " + step.why() + ": " + step.words() + ".");
            if (step.directory() != null) {
                html.text(" ").element("a", "Report", "href", "./" + step.directory() + "/" + RunReport.FILE_NAME);
                html.text(" in " + step.directory() + ".");
            }
            html.close();
        }
        html.close();
        html.close().line();
    }
}
