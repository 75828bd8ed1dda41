package aifactory.reporting.html;

import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.WorkloadFacts;
import aifactory.reporting.records.RequestOverview;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code report.html}: one file that needs no network and no script. The script that it carries only shows the values
 * under the pointer. Its size does not depend on how many requests there were. Stateless.
 */
public final class RunReport {
    /** In the directory of a run. */
    public static final String FILE_NAME = "report.html";

    private final RunSummary summary;
    private final WorkloadFacts workload;
    private final Html html = new Html();

    private RunReport(RunResult result) {
        this.summary = result.summary();
        this.workload = new WorkloadFacts(summary);
    }

    /** The whole document, without charts of single requests. */
    public static String of(RunResult result) {
        return of(result, null);
    }

    /**
     * The whole document.
     *
     * @param requests of the run; null where the records are not at hand
     */
    public static String of(RunResult result, @Nullable RequestOverview requests) {
        RunReport report = new RunReport(result);
        PageFrame.begin(report.html, "Run " + result.summary().runId() + " · " + report.workload.model());
        report.heading();
        new VerdictSection(report.html, result).write();
        new FindingsSection(report.html, result.summary()).write();
        report.keyFigures();
        new LatencySection(report.html, result).write();
        new ExplanationSection(report.html, result.summary()).write();
        new TimelineSection(report.html, result).write();
        if (requests != null) {
            new RequestSection(report.html, result, requests).write();
        }
        new ServerSection(report.html, result).write();
        new GpuSection(report.html, result).write();
        new EnergySection(report.html, result.summary()).write();
        new BreakdownSection(report.html, result, requests).write();
        new HealthSection(report.html, result).write();
        new ProvenanceSection(report.html, result.summary()).write();
        PageFrame.end(
                report.html,
                "Written by aifactory " + result.summary().provenance().version());
        return report.html.finish();
    }

    private void heading() {
        html.open("header");
        html.element("p", "Benchmark report", "class", "kicker");
        html.element("h1", workload.model());
        html.element("p", workload.inWords(), "class", "lead");
        List<String> facts = new ArrayList<>();
        facts.add("Run " + summary.runId());
        facts.add("group " + summary.benchmarkId());
        facts.add(summary.clients().reported() + " of " + summary.clients().expected() + " clients");
        facts.add(Figures.seconds(summary.durationS()) + " measured");
        html.open("p", "class", "facts").text(String.join(" · ", facts) + " · started ");
        html.element(
                        "time",
                        summary.provenance().startedAt(),
                        "datetime",
                        summary.provenance().startedAt())
                .close();
        html.close().line();
    }

    private void keyFigures() {
        RunSummary.Requests requests = summary.requests();
        html.open("section", "class", "cards", "aria-label", "Key figures");
        card(
                "Requests completed",
                Figures.count(requests.completed()),
                "",
                "of " + Figures.count(requests.scheduled()) + " scheduled · " + Figures.count(requests.failed())
                        + " failed" + (requests.cancelled() > 0 ? " · " + requests.cancelled() + " cancelled" : ""));
        card(
                "Request throughput",
                Figures.of(summary.requestThroughput()),
                "req/s",
                summary.goodputRps() == null
                        ? "completed / measured time"
                        : "goodput " + Figures.of(summary.goodputRps()) + " req/s");
        card(
                "Output throughput",
                Figures.of(summary.outputTokenThroughput()),
                "tok/s",
                Figures.of(summary.totalTokenThroughput()) + " tok/s with input");
        if (requests.documents() != null) {
            card(
                    "Valid documents",
                    Figures.percent(requests.documents().validShare()),
                    "",
                    Figures.count(requests.documents().valid()) + " of "
                            + Figures.count(requests.documents().checked()) + " by the requested JSON Schema");
        }
        String suffix = workload.isOpenLoop() ? "_from_schedule_ms" : "_ms";
        latencyCard("ttft" + suffix);
        latencyCard("tpot_ms");
        latencyCard("e2el" + suffix);
        html.close().line();
    }

    /** Under the title that the table of latencies has for it. */
    private void latencyCard(String metric) {
        String title = Metric.ofJsonName(metric).map(Metric::title).orElse(metric);
        MetricSummary figures = summary.metrics().get(metric);
        if (figures == null || figures.count() == 0) {
            card(title, Figures.NONE, "", "no sample");
            return;
        }
        card(title, Figures.of(figures.p50()), "ms p50", "p99 " + Figures.of(figures.p99()) + " ms");
    }

    private void card(String title, String figure, String unit, String below) {
        html.open("div", "class", "card");
        html.element("p", title, "class", "card-title");
        html.open("p", "class", "card-figure").text(figure);
        if (!unit.isEmpty()) {
            html.text(" ").element("small", unit);
        }
        html.close();
        html.element("p", below, "class", "card-below").close();
    }
}
