package aifactory.reporting.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFormat;
import aifactory.reporting.SampleRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Throughput, goodput, errors, tokens and energy of whole runs. */
final class RunMetricDifferencesTest {
    private static final long SEED = 20261129;
    private static final int SECONDS = 30;
    private static final ComparisonOptions OPTIONS = new ComparisonOptions(0.95, 60, 1);
    private static final JsonNode SUMMARY =
            RunFormat.mapper().valueToTree(new SampleRun().result().summary());

    private record Server(double rate, double failureShare, int outputTokens, double joules) {}

    /**
     * Poisson arrivals, of which a share fails; the goodput limit of 200 ms to the first token is met by four of five.
     */
    private static ComparedRun run(String name, long seed, Server server) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RequestRecord> records = new ArrayList<>();
        long completed = 0;
        long good = 0;
        long tokens = 0;
        double due = 0;
        for (int i = 0; ; i++) {
            due += -Math.log(1 - random.nextDouble()) / server.rate();
            if (due >= SECONDS) {
                break;
            }
            boolean fails = random.nextDouble() < server.failureShare();
            long start = (long) (due * 1e9);
            boolean isSlow = random.nextDouble() < 0.2;
            long first = start + (isSlow ? 300_000_000L : 100_000_000L) + random.nextInt(1_000_000);
            int output = server.outputTokens() + random.nextInt(5);
            records.add(record(i, start, first, fails, output));
            completed += fails ? 0 : 1;
            good += fails || isSlow ? 0 : 1;
            tokens += fails ? 0 : output;
        }
        return new ComparedRun(
                name, summary(server, records.size(), completed, good, tokens), RequestRecordSource.of(records));
    }

    private static RequestRecord record(int index, long start, long first, boolean fails, int output) {
        return new RequestRecord(
                index,
                0,
                0,
                null,
                0,
                RunPhase.MEASURED,
                fails ? RequestOutcome.FAILED : RequestOutcome.COMPLETED,
                start,
                0,
                start,
                null,
                start,
                fails ? null : first,
                fails ? null : first,
                fails ? null : first + 10_000_000L * output,
                256,
                fails ? 0 : output,
                TokenSource.USAGE,
                output,
                0,
                fails ? 500 : 200,
                fails ? "http_server_error" : null,
                null);
    }

    private static RunSummary summary(Server server, long scheduled, long completed, long good, long tokens) {
        ObjectNode tree = (ObjectNode) SUMMARY.deepCopy();
        tree.put("request_throughput", (double) completed / SECONDS);
        tree.put("output_token_throughput", (double) tokens / SECONDS);
        tree.put("goodput_rps", (double) good / SECONDS);
        ObjectNode requests = (ObjectNode) tree.path("requests");
        requests.put("scheduled", scheduled).put("completed", completed).put("failed", scheduled - completed);
        ((ObjectNode) tree.path("tokens")).put("output", tokens);
        if (server.joules() > 0) {
            ObjectNode gpus = tree.putObject("gpus");
            gpus.putArray("notes");
            ObjectNode gpu = gpus.putArray("gpus").addObject();
            gpu.put("client", "node1").put("name", "H100").put("index", 0).put("samples", 9);
            for (String member : List.of(
                    "utilization_percent_mean",
                    "utilization_percent_max",
                    "memory_used_mib_max",
                    "memory_total_mib",
                    "power_watts_mean",
                    "power_watts_max")) {
                gpu.put(member, 50.0);
            }
            gpu.put("energy_watt_hours", server.joules() * tokens / 3600).putArray("timeline");
        }
        return RunFormat.mapper().treeToValue(tree, RunSummary.class);
    }

    private static Comparison compare(long seed, Server before, Server after) throws IOException {
        return RunComparison.compare(
                List.of(run("a", SEED + 2 * seed, before)), List.of(run("b", SEED + 2 * seed + 1, after)), OPTIONS);
    }

    private static Difference.Finding finding(Comparison comparison, String metric) {
        return comparison.difference(metric).orElseThrow().finding();
    }

    private static final Server USUAL = new Server(40, 0.01, 20, 0);

    @Test
    void aLowerThroughputAndMoreErrorsAreWorse() throws IOException {
        Comparison comparison = compare(1, USUAL, new Server(32, 0.06, 20, 0));

        assertThat(finding(comparison, "request_throughput")).isEqualTo(Difference.Finding.WORSE);
        assertThat(finding(comparison, "output_token_throughput")).isEqualTo(Difference.Finding.WORSE);
        assertThat(finding(comparison, "goodput_rps")).isEqualTo(Difference.Finding.WORSE);
        assertThat(finding(comparison, "error_share")).isEqualTo(Difference.Finding.WORSE);
        assertThat(finding(comparison, "output_tokens_per_request")).isEqualTo(Difference.Finding.NO_DIFFERENCE_SHOWN);
        assertThat(comparison.sentence()).contains("Worse: request throughput", "failed requests");
        Difference errors = comparison.difference("error_share").orElseThrow();
        assertThat(errors.absolute()).isTrue();
        assertThat(errors.low()).isPositive().isLessThan(0.06);
        assertThat(errors.change()).isEqualTo(errors.after() - errors.before());
        assertThat(FailCondition.evaluate(
                        List.of(
                                FailCondition.parse("request_throughput < -5%"),
                                FailCondition.parse("request_throughput < -2req/s"),
                                FailCondition.parse("error_share > +1pp"),
                                FailCondition.parse("error_share > +100%"),
                                FailCondition.parse("request_throughput > +1%")),
                        comparison))
                .extracting(FailCondition.Result::outcome)
                .containsExactly(
                        FailCondition.Outcome.FAIL,
                        FailCondition.Outcome.FAIL,
                        FailCondition.Outcome.FAIL,
                        FailCondition.Outcome.FAIL,
                        FailCondition.Outcome.PASS);
        assertThat(ComparisonTable.render(comparison, 80, false))
                .contains("error_share  Failed requests, %", "request_throughput  Request throughput, req/s", "worse");
    }

    @Test
    void moreOfWhatIsGoodIsBetterAndOtherTokensAreDifferent() throws IOException {
        Comparison comparison = compare(2, USUAL, new Server(52, 0.01, 21, 0));

        assertThat(finding(comparison, "request_throughput")).isEqualTo(Difference.Finding.BETTER);
        assertThat(finding(comparison, "output_tokens_per_request")).isEqualTo(Difference.Finding.DIFFERENT);
        assertThat(comparison.sentence()).contains("Better: request throughput");
    }

    @Test
    void equalRunsDifferAsRarelyAsPromised() throws IOException {
        int different = 0;
        for (int pair = 0; pair < 60; pair++) {
            Comparison comparison = compare(100 + pair, USUAL, USUAL);
            different += comparison.ofRuns().stream()
                            .anyMatch(found -> found.finding() != Difference.Finding.NO_DIFFERENCE_SHOWN)
                    ? 1
                    : 0;
        }
        // At 5 % of pairs, 8 or more of 60 come with a chance of 1 %.
        assertThat(different).as("seed %d", SEED).isLessThan(8);
    }

    @Test
    void energyIsComparedBetweenSeveralRuns() throws IOException {
        List<ComparedRun> before = new ArrayList<>();
        List<ComparedRun> after = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            before.add(run("a" + i, i, new Server(40, 0, 20, 0.5 + 0.001 * i)));
            after.add(run("b" + i, 10 + i, new Server(40, 0, 20, 0.6 + 0.001 * i)));
        }

        Comparison several = RunComparison.compare(before, after, OPTIONS);
        Comparison single = RunComparison.compare(before.subList(0, 1), after.subList(0, 1), OPTIONS);

        assertThat(finding(several, "energy_per_output_token")).isEqualTo(Difference.Finding.WORSE);
        assertThat(finding(single, "energy_per_output_token")).isEqualTo(Difference.Finding.TOO_FEW);
        assertThat(single.missing()).contains("energy_per_output_token", "two runs per side");
    }

    @Test
    void noErrorsOnBothSidesIsNoDifference() throws IOException {
        Comparison comparison = compare(3, new Server(40, 0, 20, 0), new Server(40, 0, 20, 0));

        Difference errors = comparison.difference("error_share").orElseThrow();
        assertThat(errors.finding()).isEqualTo(Difference.Finding.NO_DIFFERENCE_SHOWN);
        assertThat(errors.high()).isBetween(0.0, 0.01);
        assertThat(FailCondition.evaluate(List.of(FailCondition.parse("error_share > +1pp")), comparison)
                        .getFirst()
                        .outcome())
                .isEqualTo(FailCondition.Outcome.PASS);
    }

    @Test
    void aRunOfDaysIsCountedInWiderBins() {
        RateBatches rates = new RateBatches();
        for (int hour = 0; hour < 72; hour++) {
            rates.add(RateBatches.Count.COMPLETED, hour * 3_600_000_000_000L, 10);
        }

        assertThat(rates.total(RateBatches.Count.COMPLETED)).isEqualTo(720);
        assertThat(rates.isEnough()).isTrue();
        assertThat(rates.logarithmOfRate(RateBatches.Count.COMPLETED)).isBetween(0.0, 0.01);
    }
}
