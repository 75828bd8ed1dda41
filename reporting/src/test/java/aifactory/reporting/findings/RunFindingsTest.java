package aifactory.reporting.findings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.measurement.MetricSummary;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.TokenSource;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each finding is provoked once, and a healthy run has none. */
class RunFindingsTest {
    private static final long SEED = 20261129;

    private static FindingsRun healthy() {
        return new FindingsRun(SEED);
    }

    private static @Nullable Finding find(FindingsRun run, String code) {
        return run.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElse(null);
    }

    private static Finding found(FindingsRun run, String code) {
        List<Finding> findings = run.findings();
        assertThat(findings).extracting(Finding::code).contains(code);
        return findings.stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElseThrow();
    }

    private static FindingsRun with(Consumer<FindingsRun> change) {
        FindingsRun run = healthy();
        change.accept(run);
        return run;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"concurrency\": 8, \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}",
                "{\"request_rate\": 30, \"arrival_pattern\": \"poisson\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}",
                "{\"request_rate\": 30, \"arrival_pattern\": \"constant\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}",
                "{\"request_rate\": 30, \"burstiness\": 0.5, \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}",
                "{\"request_rate\": 30, \"burst_size\": 4, \"arrival_pattern\": \"poisson\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}",
                "{\"steps\": [{\"request_rate\": 10, \"end_request_rate\": 60, \"duration\": \"60s\"}], \"warmup\": \"5s\", \"osl\": 32}",
            })
    void aHealthyRunHasNoFindings(String workload) {
        FindingsRun run = with(healthy -> healthy.workload = workload);

        assertThat(run.findings()).isEmpty();
    }

    @Test
    void aFindingNeverChangesTheVerdict() {
        FindingsRun run = with(few -> {
            few.workload = "{\"concurrency\": 2, \"request_count\": 60, \"osl\": 32}";
            few.shortShare = 0.5;
        });

        RunResult result = run.result();

        assertThat(result.summary().allFindings()).isNotEmpty();
        assertThat(result.summary().valid()).isTrue();
        assertThat(result.summary().invalidReasons()).isEmpty();
    }

    @Test
    void fewSamplesNamesThePercentilesAndTheInterval() {
        Finding finding = found(
                with(few -> few.workload = "{\"concurrency\": 4, \"request_count\": 150, \"osl\": 32}"), "few_samples");

        assertThat(finding.message())
                .startsWith("p95 and p99 are reported from 150 completed requests; p99 needs 1,000.")
                .contains("no upper bound");
        assertThat(finding.value()).isEqualTo(150);
        assertThat(finding.unit()).isEqualTo("requests");
        assertThat(finding.remedy()).contains("1,000");

        Finding bounded = found(
                with(few -> few.workload = "{\"concurrency\": 8, \"request_count\": 800, \"osl\": 32}"), "few_samples");
        assertThat(bounded.message()).contains("The p99 of TTFT (", "is between");
        Double low = bounded.details().get("ttft_p99_low_ms");
        Double high = bounded.details().get("ttft_p99_high_ms");
        assertThat(low).isNotNull().isLessThan(Objects.requireNonNull(high));
    }

    @Test
    void enoughSamplesAreNotFewAndHaveIntervalsToo() {
        FindingsRun run = healthy();
        MetricSummary ttft =
                Objects.requireNonNull(run.result().summary().metrics().get("ttft_ms"));

        assertThat(run.codes()).doesNotContain("few_samples");
        assertThat(ttft.ci95()).containsOnlyKeys("p50", "p90", "p95", "p99", "p99_9");
        MetricSummary.Interval median = Objects.requireNonNull(ttft.ci95()).get("p50");
        assertThat(median).isNotNull();
        assertThat(median.low()).isLessThanOrEqualTo(ttft.p50());
        assertThat(median.high()).isGreaterThanOrEqualTo(ttft.p50());
        assertThat(Objects.requireNonNull(ttft.ci95().get("p99_9")).high()).isNull();
    }

    @Test
    void aStepOfLatencyIsNotSteadyAndTheSteadyPartIsProposed() {
        Finding finding = found(with(step -> step.slowness = start -> start < 25e9 ? 1 : 1.5), "not_steady");

        assertThat(finding.message()).contains("changes within the measured window", "the run is steady", "req/s");
        assertThat(finding.value()).isCloseTo(50, within(15.0));
        assertThat(finding.details().get("steady_from_s")).isCloseTo(25, within(5.0));
        assertThat(finding.details().get("steady_to_s")).isGreaterThan(55);
        assertThat(finding.details().get("steady_ttft_p50_ms")).isCloseTo(90, within(9.0));
        assertThat(finding.details().get("steady_requests")).isGreaterThan(500);
    }

    @Test
    void latencyThatKeepsRisingIsATrend() {
        Finding finding = found(
                with(rising -> {
                    rising.workload =
                            "{\"request_rate\": 30, \"arrival_pattern\": \"poisson\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}";
                    rising.slowness = start -> 1 + start / 10e9;
                }),
                "not_steady");

        assertThat(finding.message()).contains("rises over the measured window", "No part of the window is steady");
    }

    @Test
    void aLoadThatIsMeantToChangeIsNotHeldAgainstTheRun() {
        FindingsRun ramp = with(steps -> {
            steps.workload =
                    "{\"steps\": [{\"request_rate\": 5, \"duration\": \"30s\"}, {\"request_rate\": 50, \"duration\": \"30s\"}], \"osl\": 32}";
            steps.slowness = start -> start < 30e9 ? 1 : 2;
        });

        assertThat(ramp.codes()).doesNotContain("not_steady", "cold_start");
    }

    @Test
    void slowFirstRequestsWithoutWarmupAreAColdStart() {
        Consumer<FindingsRun> cold = run -> {
            run.workload = "{\"concurrency\": 8, \"duration\": \"60s\", \"osl\": 32}";
            run.slowness = start -> start < 700e6 ? 4 : 1;
        };
        Finding finding = found(with(cold), "cold_start");

        assertThat(finding.value()).isGreaterThan(1.4);
        assertThat(finding.remedy()).contains("--warmup");
        assertThat(find(
                        with(cold.andThen(run -> run.workload =
                                "{\"concurrency\": 8, \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}")),
                        "cold_start"))
                .isNull();
    }

    @Test
    void poissonArrivalsSentInBatchesAreOff() {
        Finding finding = found(
                with(run -> {
                    run.workload =
                            "{\"request_rate\": 30, \"arrival_pattern\": \"poisson\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}";
                    // A client that looks at its schedule every 100 ms only.
                    run.delayNanos = due -> 100e6 - due % 100_000_000L;
                }),
                "arrivals_off");

        assertThat(finding.message()).contains("poisson", "Anderson-Darling");
        assertThat(finding.value()).isGreaterThan(5);
    }

    @Test
    void gammaArrivalsThatAreSentAtAnotherRateAreOff() {
        FindingsRun run = with(slow -> {
            slow.workload = "{\"request_rate\": 30, \"burstiness\": 0.5, \"duration\": \"60s\", \"osl\": 32}";
            slow.delayNanos = due -> due * 0.4;
        });

        assertThat(found(run, "arrivals_off").details().get("mean_gap_over_asked"))
                .isCloseTo(1.4, within(0.15));
    }

    @Test
    void aLateConstantArrivalIsOffByItsDeviation() {
        Finding finding = found(
                with(run -> {
                    run.workload =
                            "{\"request_rate\": 30, \"arrival_pattern\": \"constant\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}";
                    run.delayNanos = due -> due > 30e9 && due < 30.1e9 ? 80e6 : 0;
                }),
                "arrivals_off");

        assertThat(finding.value()).isCloseTo(80, within(0.1));
        assertThat(finding.unit()).isEqualTo("ms");
    }

    @Test
    void requestsThatEndBeforeTheirLengthAreFound() {
        Finding finding = found(with(run -> run.shortShare = 0.2), "ended_early");

        assertThat(finding.value()).isCloseTo(20, within(4.0));
        assertThat(finding.message()).contains("of 32");
        assertThat(find(with(run -> run.shortShare = 0.03), "ended_early")).isNull();
    }

    private static ResponseDetails response(
            @Nullable String reason, @Nullable Integer firstTokens, ResponseRemark... remarks) {
        return new ResponseDetails(reason, 32, 30, TokenSource.TOKENIZER, firstTokens, 0, Set.of(remarks));
    }

    @Test
    void theFinishReasonSaysWhetherTheLimitWasReached() {
        FindingsRun limit = with(run -> {
            run.shortShare = 0.5;
            run.response = response("length", null);
        });
        FindingsRun stop = with(run -> {
            run.shortShare = 0.5;
            run.tokenSource = TokenSource.CHUNKS;
            run.response = response("stop", null);
        });

        assertThat(limit.codes()).doesNotContain("ended_early");
        assertThat(stop.codes()).contains("ended_early");
    }

    @Test
    void countsThatDisagreeAreFound() {
        Finding finding = found(with(run -> run.response = response("stop", null)), "tokens_disagree");

        assertThat(finding.value()).isCloseTo(6.67, within(0.1));
        assertThat(finding.message()).contains("the tokenizer counts");
        assertThat(found(
                                with(run -> run.response = new ResponseDetails(
                                        "stop",
                                        0,
                                        32,
                                        TokenSource.CHUNKS,
                                        null,
                                        0,
                                        Set.of(ResponseRemark.USAGE_MISMATCH))),
                                "tokens_disagree")
                        .unit())
                .isEqualTo("requests");
        // A chunk is not a token: that chunks are fewer than tokens is no disagreement.
        assertThat(find(
                        with(run -> run.response =
                                new ResponseDetails("stop", 32, 8, TokenSource.CHUNKS, null, 0, Set.of())),
                        "tokens_disagree"))
                .isNull();
    }

    @Test
    void remarksOfResponsesAreFindings() {
        FindingsRun run = with(odd ->
                odd.response = response("stop", 4, ResponseRemark.OTHER_CONTENT_TYPE, ResponseRemark.COMPRESSED));

        assertThat(run.codes()).contains("other_content_type", "unexpected_encoding", "first_chunk_of_several_tokens");
        assertThat(found(run, "first_chunk_of_several_tokens").message()).contains("4.00 tokens");
        assertThat(with(plain -> plain.response = response("stop", 1)).codes())
                .doesNotContain("other_content_type", "unexpected_encoding", "first_chunk_of_several_tokens");
    }

    @Test
    void burstsAreFoundWithTheirShareAndInterval() {
        Finding finding = found(with(run -> run.burstShare = 1), "delivered_in_bursts");

        // 32 chunks of which 3 follow a gap: 90 % together, 31 gaps of 8 ms in 3 intervals.
        assertThat(finding.value()).isCloseTo(90, within(1.0));
        assertThat(finding.details().get("burst_interval_ms")).isCloseTo(83, within(15.0));
        assertThat(finding.message()).contains("ITL");
        assertThat(find(with(run -> run.burstShare = 0.2), "delivered_in_bursts"))
                .isNull();
    }

    @Test
    void chunksTooCloseToTellFromTheClientsOwnReadingAreNoBursts() {
        FindingsRun fast = with(run -> {
            run.burstShare = 1;
            run.chunksPerBurst = 2;
            run.gapNanos = 1e6;
        });

        assertThat(fast.codes()).doesNotContain("delivered_in_bursts");
    }

    @Test
    void tokensCountedByChunksAreUnknown() {
        Finding finding = found(with(run -> run.tokenSource = TokenSource.CHUNKS), "tokens_unknown");

        assertThat(finding.value()).isEqualTo(100);
        assertThat(finding.remedy()).contains("--tokenizer");
        assertThat(find(with(run -> run.tokenSource = TokenSource.TOKENIZER), "tokens_unknown"))
                .isNull();
    }

    @Test
    void aDatasetThatWrapsRepeatsPrompts() {
        Finding finding = found(with(run -> run.datasetEntries = 100L), "prompts_repeated");

        assertThat(finding.value()).isGreaterThan(5);
        assertThat(finding.message()).contains("100 entries", "may have them in its prefix cache");
        assertThat(find(with(run -> run.datasetEntries = 100_000L), "prompts_repeated"))
                .isNull();
    }

    @Test
    void samePromptsAreRepeatedAndTheServersCacheHitsAreTold() {
        FindingsRun run = with(same -> {
            same.workload =
                    "{\"concurrency\": 8, \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32, \"same_prompts\": true}";
            same.servers = List.of(new RunResult.ServerMetrics(
                    0,
                    "http://a:8000",
                    List.of(new RunResult.ServerSample(59, 8.0, 0.0, 0.5, 0.0, 10.0, 4_000.0, 3_000.0)),
                    null));
        });

        assertThat(found(run, "prompts_repeated").message()).contains("75 % of the prompt tokens");
        assertThat(found(run, "prompts_repeated").details()).containsEntry("prefix_cache_hit_percent", 75.0);
    }

    private static RunResult.ServerMetrics server(double finishedPerSecond, double running) {
        List<RunResult.ServerSample> samples = new ArrayList<>();
        for (int second = 0; second < 60; second++) {
            samples.add(
                    new RunResult.ServerSample(second, running, 0.0, 0.5, 0.0, finishedPerSecond * second, null, null));
        }
        return new RunResult.ServerMetrics(0, "http://a:8000", samples, null);
    }

    @Test
    void aServerThatFinishesMoreThanWasSentIsBusyWithOthers() {
        FindingsRun alone = healthy();
        double perSecond = alone.result().summary().requestThroughput();

        Finding finding =
                found(with(run -> run.servers = List.of(server(perSecond * 1.5, 8))), "server_busy_with_others");

        assertThat(finding.value()).isCloseTo(perSecond * 59 * 0.5, within(perSecond * 8));
        assertThat(find(with(run -> run.servers = List.of(server(perSecond, 8))), "server_busy_with_others"))
                .isNull();
    }

    @Test
    void aServerThatWorksOnMoreThanIsInFlightIsBusyWithOthers() {
        assertThat(found(with(run -> run.servers = List.of(server(0, 14))), "server_busy_with_others")
                        .message())
                .contains("the clients had");
        assertThat(find(with(run -> run.servers = List.of(server(0, 8))), "server_busy_with_others"))
                .isNull();
    }

    @Test
    void aLongEndIsADrainTail() {
        Finding finding = found(
                with(run -> {
                    run.workload =
                            "{\"request_rate\": 30, \"arrival_pattern\": \"poisson\", \"duration\": \"60s\", \"warmup\": \"5s\", \"osl\": 32}";
                    run.slowness = start -> start > 59e9 ? 20 : 1;
                }),
                "drain_tail");

        assertThat(finding.value()).isGreaterThan(2);
        assertThat(finding.details().get("sending_s")).isEqualTo(55);
        assertThat(finding.message()).contains("over the whole window", "req/s");
    }

    @Test
    void replicasThatServeDifferentSharesAreFound() {
        FindingsRun run = with(two -> {
            two.targets = List.of("http://a:8000", "http://b:8000");
        });
        assertThat(run.codes()).doesNotContain("replica_imbalance");

        // Every failed request is one of the second replica.
        Finding finding = found(
                with(two -> {
                    two.targets = List.of("http://a:8000", "http://b:8000");
                    two.failsOnTarget = 1;
                    two.failureShare = 0.3;
                }),
                "replica_imbalance");
        assertThat(finding.message()).contains("http://b:8000", "failed");
        assertThat(finding.value()).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void refusalsByLoadAreThrottling(int status) {
        Finding finding = found(
                with(run -> {
                    run.failureShare = 0.1;
                    run.failureStatus = status;
                }),
                "server_throttled");

        assertThat(finding.value()).isCloseTo(10, within(3.0));
        assertThat(finding.message()).contains("status " + status);
        assertThat(find(with(run -> run.failureShare = 0.1), "server_throttled"))
                .isNull();
    }
}
