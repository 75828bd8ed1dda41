package aifactory.reporting.html;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import aifactory.reporting.WorkloadFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code report.html}: one file that needs no network and no script. The script that it carries only shows the values under the
 * pointer. Its size does not depend on how many requests there were. Stateless.
 */
public final class RunReport {
    private final RunSummary summary;
    private final WorkloadFacts workload;
    private final Html html = new Html();

    private RunReport(RunResult result) {
        this.summary = result.summary();
        this.workload = new WorkloadFacts(summary);
    }

    /** The whole document. */
    public static String of(RunResult result) {
        RunReport report = new RunReport(result);
        PageFrame.begin(report.html, "Run " + result.summary().runId() + " · " + report.workload.model());
        report.heading();
        new VerdictSection(report.html, result).write();
        new FindingsSection(report.html, result.summary()).write();
        report.keyFigures();
        new LatencySection(report.html, result).write();
        new ExplanationSection(report.html, result.summary()).write();
        new TimelineSection(report.html, result).write();
        new ServerSection(report.html, result).write();
        new GpuSection(report.html, result).write();
        new BreakdownSection(report.html, result).write();
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
        facts.add("begun " + summary.provenance().startedAt());
        html.element("p", String.join(" · ", facts), "class", "facts");
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
        String suffix = workload.isOpenLoop() ? "_from_schedule_ms" : "_ms";
        latencyCard("Time to first token", "ttft" + suffix);
        latencyCard("Time per output token", "tpot_ms");
        latencyCard("End-to-end latency", "e2el" + suffix);
        html.close().line();
    }

    private void latencyCard(String title, String metric) {
        MetricSummary figures = summary.metrics().get(metric);
        if (figures == null || figures.count() == 0) {
            card(title, Figures.NONE, "", "no sample");
            return;
        }
        String schedule = metric.contains("schedule") ? " · from schedule" : "";
        card(title, Figures.of(figures.p50()), "ms p50", "p99 " + Figures.of(figures.p99()) + " ms" + schedule);
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
