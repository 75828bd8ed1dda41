package aifactory.reporting.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.protocol.GpuSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.SampleRun;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RunReportTest {
    private static final String ATTACK =
            "</title></script><script>alert('x')</script><img src=x onerror=\"alert(1)\">&";

    private final SampleRun sample = new SampleRun();

    @Test
    void theVerdictStandsBeforeEveryFigure() {
        String report = RunReport.of(sample.result());

        assertThat(report.indexOf("<h2>Valid</h2>")).isPositive().isLessThan(report.indexOf("Requests completed"));
        assertThat(report)
                .contains("meta-llama/Llama-3.1-8B-Instruct", "aifactory benchmark --ai-server", "node101", "node17");
        assertThat(count(report, "<svg")).isEqualTo(9);
        assertThat(count(report, "role=\"img\"")).isEqualTo(9);
    }

    @Test
    void theFileNeedsNoNetwork() {
        String report = RunReport.of(sample.result());

        assertThat(report).doesNotContain("src=", "href=", "@import", "url(", "<link", "fetch(");
        assertThat(report).contains("default-src 'none'".replace("'", "&#39;"));
    }

    @Test
    void nothingFromOutsideBecomesMarkup() {
        sample.model = ATTACK;
        sample.targets = List.of("http://" + ATTACK);
        sample.lost = List.of(ATTACK);
        sample.ending = RunState.INCOMPLETE;
        RunResult result = sample.result();

        String report = RunReport.of(result);

        assertThat(report).doesNotContain("<script>alert", "<img").contains("&lt;img src=x onerror=&quot;");
        assertThat(count(report, "<script>")).isEqualTo(1);
        assertThat(count(report, "</title>")).isEqualTo(1);
    }

    @Test
    void everyElementIsClosedInItsPlace() throws Exception {
        for (RunResult result : List.of(sample.result(), empty(), oneRequest())) {
            String body = RunReport.of(result);
            String parsed = body.substring(body.indexOf("<body>"), body.indexOf("<script>"))
                    + body.substring(body.indexOf("</script>") + "</script>".length(), body.indexOf("</html>"));
            var factory = javax.xml.parsers.DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var document = factory.newDocumentBuilder()
                    .parse(new org.xml.sax.InputSource(new StringReader(parsed.replace(" hidden=\"\"", ""))));
            assertThat(document.getElementsByTagName("section").getLength()).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void everyChartHasItsTable() {
        String report = RunReport.of(sample.result());
        Matcher charts = Pattern.compile("data-table=\"([^\"]+)\" data-columns=\"([^\"]+)\"")
                .matcher(report);
        List<String> tables = new ArrayList<>();
        while (charts.find()) {
            tables.add(charts.group(1));
        }

        assertThat(tables).hasSize(9);
        assertThat(tables).allSatisfy(table -> assertThat(report).contains("id=\"" + table + "\""));
    }

    @Test
    void theServersOwnFiguresShareTheTimeAxis() {
        List<RunResult.ServerSample> samples = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            samples.add(new RunResult.ServerSample(second + 0.1, 10.0 + second, second == 5 ? null : 2.0, 0.25, null));
        }
        RunResult result = sample.result()
                .withServerMetrics(List.of(
                        new RunResult.ServerMetrics(0, "http://node17:8000", samples, null),
                        new RunResult.ServerMetrics(1, "http://<b>", List.of(), "/metrics answered with status 404")));

        String report = RunReport.of(result);

        assertThat(count(report, "<svg")).isEqualTo(12);
        assertThat(report)
                .contains(
                        "Requests running over time. http://node17:8000: at most 29.0.",
                        "http://&lt;b&gt;: /metrics answered")
                .doesNotContain("Preemptions since", "NaN", "<b>");
        assertThat(RunReport.of(sample.result())).doesNotContain("Server metrics");
        assertThat(RunReport.of(sample.result()
                        .withServerMetrics(
                                List.of(new RunResult.ServerMetrics(0, "http://a", List.of(), "no answer")))))
                .contains("No server metrics are available", "http://a: no answer.");
    }

    @Test
    void theTopTellsOfServiceLevelsAndOfTheClients() {
        RunResult result = sample.result();
        assertThat(RunReport.of(result))
                .contains("<h2>Valid</h2>", "<dt>Service levels</dt><dd>None were set.</dd>")
                .containsPattern("<dt>Clients</dt><dd>4 of 4 reported; within their limits, nearest to its own:")
                .containsPattern("tpot ≤ 20 ms, ttft ≤ 200 ms: [0-9.]+ % of requests met them all");

        RunSummary.ServiceLevel met = new RunSummary.ServiceLevel("ttft_ms", "p99", 500, 123.4, true);
        RunSummary.ServiceLevel missed = new RunSummary.ServiceLevel("tpot_ms", "p95", 5, 10.0, false);
        RunSummary.ServiceLevel unknown = new RunSummary.ServiceLevel("itl_ms", "p50", 5, null, false);
        assertThat(RunReport.of(result.withServiceLevels(List.of(met))))
                .contains("<h2>Valid, service levels met</h2>", "ttft p99 123 ms meets its limit of 500 ms.");
        assertThat(RunReport.of(result.withServiceLevels(List.of(met, missed, unknown))))
                .contains(
                        "<h2>Valid, 2 of 3 service levels missed</h2>",
                        "tpot p95 10.0 ms misses its limit of 5 ms",
                        "itl p50 was not measured, which misses its limit of 5 ms",
                        "class=\"verdict doubtful\"");

        sample.cpuShare = 0.97;
        assertThat(RunReport.of(sample.result())).contains("beyond their limits: CPU, share of the allotted cores.");
    }

    @Test
    void gpusHaveChartsATableAndWords() {
        List<GpuSummary.Point> points = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            points.add(new GpuSummary.Point(second, 50.0 + second, 20_000, null));
        }
        GpuSummary.Gpu gpu = new GpuSummary.Gpu(
                "node<1>", 0, "NVIDIA A100-SXM4-40GB", 20, 60, 69, 20_000, 40_960, null, null, null, points);
        String report = RunReport.of(
                sample.result().withGpus(new GpuSummary(List.of("node2: nvidia-smi is not installed"), List.of(gpu))));

        assertThat(count(report, "<svg")).isEqualTo(11);
        assertThat(report)
                .contains(
                        "GPU utilisation, % over time. node&lt;1&gt; · 0: at most 69.0.",
                        "node2: nvidia-smi is not installed.", "20,000 of 40,960", "NVIDIA A100-SXM4-40GB")
                .doesNotContain("GPU power, W over", "NaN", "node<1>");
        assertThat(RunReport.of(sample.result().withGpus(new GpuSummary(List.of("node1: none"), List.of()))))
                .contains("No GPU metrics are available.");
        assertThat(RunReport.of(sample.result())).doesNotContain("<h2>GPUs");
    }

    @Test
    void aRunWithoutSuccessHasWordsInsteadOfEmptyCharts() {
        sample.failureShare = 1;

        String report = RunReport.of(sample.result());

        assertThat(report).contains("No latencies", "No request completed, so there are no charts.");
        assertThat(report).doesNotContain("NaN", "Infinity");
    }

    @Test
    void anEmptyTimelineAndNoPartsAreSaidPlainly() {
        String report = RunReport.of(empty());

        assertThat(report)
                .contains(
                        "No timeline: no client reported an interval.",
                        "Nothing was reported.",
                        "No latencies: no request");
        assertThat(report).doesNotContain("NaN", "Infinity", "<svg");
    }

    @Test
    void oneRequestIsEnough() {
        assertThat(RunReport.of(oneRequest())).doesNotContain("NaN", "Infinity").contains("End-to-end latency");
    }

    @Test
    void aLongRunOfManyClientsStaysSmall() {
        sample.clients = 60;
        sample.seconds = 400;
        sample.requestRate = 5;

        String report = RunReport.of(sample.result());

        assertThat(report.length()).isLessThan(400_000);
        assertThat(report).contains("Each point stands for 2 s", "All 60");
    }

    private RunResult empty() {
        SampleRun nothing = new SampleRun();
        nothing.workloadJson = "{\"concurrency\": 4}";
        RunResult result = nothing.result();
        return new RunResult(result.summary(), Map.of(), List.of(), List.of(), List.of());
    }

    private RunResult oneRequest() {
        SampleRun one = new SampleRun();
        one.clients = 1;
        one.seconds = 1;
        one.failureShare = 0;
        one.workloadJson = "{\"arrival_pattern\": \"constant\", \"request_rate\": 1, \"duration\": \"1s\"}";
        one.warmupSeconds = 0;
        RunResult result = one.result();
        assertThat(result.summary().requests().completed()).isEqualTo(1);
        return result;
    }

    @Test
    void anElementThatWantsAnEndGetsOne() {
        assertThatThrownBy(() -> new Html().empty("div")).hasMessageContaining("div");
        assertThatThrownBy(() -> new Html().open("div").finish()).hasMessageContaining("div");
        assertThat(new Html().element("p", "a\u0000b\u202ec\ud800d<").finish())
                .isEqualTo("<p>a\ufffdb\ufffdc\ufffdd&lt;</p>");
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }
}
