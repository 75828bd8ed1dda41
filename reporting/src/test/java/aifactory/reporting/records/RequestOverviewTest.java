package aifactory.reporting.records;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.reporting.SampleRun;
import aifactory.reporting.html.RunReport;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the report shows of single requests. */
final class RequestOverviewTest {
    private static RequestOverview of(List<RequestRecord> records) {
        RequestOverview overview = new RequestOverview(7);
        records.forEach(overview::add);
        return overview;
    }

    @Test
    void theSampleIsBoundedAndTheSameEachTime() {
        SampleRun run = new SampleRun();
        run.requestRate = 400;
        run.result();

        RequestOverview overview = of(run.records());

        assertThat(run.records()).hasSizeGreaterThan(2 * RequestOverview.MOST_POINTS);
        assertThat(overview.requests()).isEqualTo(run.records().size());
        assertThat(overview.points()).hasSizeBetween(RequestOverview.MOST_POINTS, 2 * RequestOverview.MOST_POINTS);
        assertThat(overview.points()).isEqualTo(of(run.records()).points());
        assertThat(overview.points())
                .extracting(RequestOverview.Point::outcome)
                .contains(RequestOutcome.COMPLETED, RequestOutcome.FAILED);
        double middle = overview.points().stream()
                .filter(point -> point.outcome() == RequestOutcome.COMPLETED)
                .mapToDouble(RequestOverview.Point::second)
                .average()
                .orElse(0);
        assertThat(middle).as("spread over the whole run").isBetween(8.0, 12.0);
    }

    @Test
    void theLatenciesOfAnAiServerAreExact() {
        SampleRun run = new SampleRun();
        run.result();
        RequestOverview overview = of(run.records());

        for (int target = 0; target < 2; target++) {
            int number = target;
            List<Double> sorted = run.records().stream()
                    .filter(record -> record.target() == number
                            && record.phase() == RunPhase.MEASURED
                            && record.outcome() == RequestOutcome.COMPLETED)
                    .map(record -> (Objects.requireNonNull(record.firstChunkNanos())
                                    - Objects.requireNonNull(record.startedNanos()))
                            / 1e6)
                    .sorted()
                    .toList();
            Map<String, MetricSummary> metrics = overview.ofTarget(target);
            MetricSummary ttft = Objects.requireNonNull(metrics.get("ttft_ms"));

            assertThat(ttft.count()).isEqualTo(sorted.size());
            double p99 = sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
            assertThat(ttft.p99()).isCloseTo(p99, org.assertj.core.data.Percentage.withPercentage(0.11));
        }
        assertThat(overview.ofTarget(9)).isEmpty();
    }

    @Test
    void theReportShowsSingleRequestsLimitsAndTheirAxes() {
        SampleRun run = new SampleRun();
        var result = run.result();

        String report = RunReport.of(result, of(run.records()));

        assertThat(report)
                .contains(
                        "Time to first token by start, ms",
                        "start of the request, s",
                        "Histogram of time to first token")
                .contains("class=\"dots s0\"", "class=\"bar s0\"")
                .contains("goodput 200", "time since the start", "percentile")
                .contains("by AI server as exact as those of the whole run")
                .doesNotContain("NaN", "Infinity");
        assertThat(report.length()).as("independent of the number of requests").isLessThan(400_000);
        assertThat(RunReport.of(result, of(List.of()))).doesNotContain("<h2>Requests</h2>", "NaN");
    }
}
