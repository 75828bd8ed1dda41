package aifactory.commandline.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.capacity.Judgement.Verdict;
import aifactory.capacity.StepFigures;
import aifactory.capacity.StepFigures.Distortion;
import aifactory.capacity.StepJudge;
import aifactory.commandline.load.ServiceLevel;
import aifactory.measurement.CoarseHistogram;
import aifactory.measurement.FailureKind;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.protocol.RunSummary.InvalidReason;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StepMeasureTest {
    private static final StepJudge JUDGE = new StepJudge(null, 0.01);

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {
                "CONNECTION_REFUSED",
                "CONNECTION_RESET",
                "CLOSED_BEFORE_ANSWER",
                "RATE_LIMITED",
                "HTTP_SERVER_ERROR",
                "TRUNCATED",
                "ERROR_IN_BODY"
            })
    void whatTheServerRefusesIsItsLimitThoughTheClientsWereBusyWithIt(FailureKind kind) {
        StepFigures figures = measured(1, Map.of(kind.jsonName(), 99L), new InvalidReason("client_cpu", "busy", 1));

        assertThat(figures.failures().byServer()).isEqualTo(99);
        assertThat(figures.failures().causes()).isEqualTo("99 " + kind.jsonName());
        // It may have been a burst of a client that stood still: more than one such step decides.
        assertThat(JUDGE.judge(figures).verdict()).isEqualTo(Verdict.MISSED);
        assertThat(JUDGE.judge(measured(1, Map.of(kind.jsonName(), 99L))).verdict())
                .isEqualTo(Verdict.OVERLOADED);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"TIMEOUT", "TIMEOUT_BEFORE_START", "OUT_OF_PORTS", "OUT_OF_FILES", "CONNECT_TIMEOUT"})
    void whatBusyClientsCauseTooIsNotTheServersWhereTheyWere(FailureKind kind) {
        InvalidReason busy = new InvalidReason("process_paused", "paused", 1);

        assertThat(JUDGE.judge(measured(50, Map.of(kind.jsonName(), 50L), busy)).verdict())
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(JUDGE.judge(measured(50, Map.of(kind.jsonName(), 50L))).verdict())
                .isEqualTo(Verdict.OVERLOADED);
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureKind.class,
            names = {"HTTP_CLIENT_ERROR", "TLS_UNTRUSTED", "NAME_RESOLUTION", "HTTP_UNEXPECTED_STATUS"})
    void aWrongRequestIsNoVerdictOnTheServer(FailureKind kind) {
        assertThat(JUDGE.judge(measured(0, Map.of(kind.jsonName(), 100L))).verdict())
                .isEqualTo(Verdict.UNUSABLE);
    }

    @Test
    void causesAreNamedTheMostFrequentFirst() {
        StepFigures figures = measured(90, Map.of("timeout", 2L, "rate_limited", 8L));

        assertThat(figures.failures().causes()).isEqualTo("8 rate_limited, 2 timeout");
        assertThat(JUDGE.judge(figures).reason()).contains("10.0 % of 100 requests failed (8 rate_limited, 2 timeout)");
    }

    @Test
    void aStartedServerThatDiedIsTheServersAndALostClientIsNot() {
        InvalidReason lost = new InvalidReason("server_lost", "server 0 was killed", null);

        assertThat(JUDGE.judge(measured(RunState.INCOMPLETE, List.of(), 90, Map.of(), lost))
                        .verdict())
                .isEqualTo(Verdict.OVERLOADED);
        assertThat(JUDGE.judge(measured(RunState.INCOMPLETE, List.of("node7"), 90, Map.of(), lost))
                        .verdict())
                .isEqualTo(Verdict.UNUSABLE);
    }

    @Test
    void whatTheClientsAddedAndHowLateTheySentIsKnownToTheJudge() {
        MetricSummary ttft = metric(60).withClientShare(shares(12));
        Map<String, @Nullable MetricSummary> metrics =
                Map.of("ttft_ms", ttft, Metric.SCHEDULE_DELAY.jsonName(), metric(7), "e2el_ms", metric(90));
        InvalidReason share = new InvalidReason("client_share", "12 ms", 1);
        InvalidReason late = new InvalidReason("schedule_delay", "7 ms late", 1);
        InvalidReason paused = new InvalidReason("process_paused", "paused", 1);

        StepFigures.Limit limit =
                measured(metrics, "ttft_ms.p99", share).limits().getFirst();
        assertThat(limit.addedMs()).isCloseTo(12, within(0.5));
        assertThat(limit.sentLateMs()).isEqualTo(7);
        assertThat(measured(metrics, "e2el_ms.p99", share).limits().getFirst().addedMs())
                .isNull();
        assertThat(measured(metrics, "ttft_ms.p99", share, late, paused).clientProblems())
                .extracting(StepFigures.ClientProblem::distortion)
                .containsExactly(Distortion.LATENCY_ADDED, Distortion.SENT_LATE, Distortion.UNKNOWN);
    }

    private static MetricSummary metric(double value) {
        return new MetricSummary(100, value, 0, value, value, value, value, value, value, value);
    }

    private static CoarseHistogram shares(long milliseconds) {
        CoarseHistogram shares = new CoarseHistogram();
        shares.record(milliseconds * 1_000_000);
        return shares;
    }

    private static StepFigures measured(
            Map<String, @Nullable MetricSummary> metrics, String level, InvalidReason... reasons) {
        return measure(RunState.INVALID, List.of(), 100, Map.of(), metrics, reasons)
                .judged(List.of(ServiceLevel.parse(level, 250)), true);
    }

    private static StepFigures measured(long completed, Map<String, Long> errors, InvalidReason... reasons) {
        return measured(
                reasons.length == 0 ? RunState.COMPLETED : RunState.INVALID, List.of(), completed, errors, reasons);
    }

    private static StepFigures measured(
            RunState state, List<String> lost, long completed, Map<String, Long> errors, InvalidReason... reasons) {
        return measure(state, lost, completed, errors, Map.of(), reasons).judged(List.of(), true);
    }

    private static StepMeasure measure(
            RunState state,
            List<String> lost,
            long completed,
            Map<String, Long> errors,
            Map<String, @Nullable MetricSummary> metrics,
            InvalidReason... reasons) {
        long failed = errors.values().stream().mapToLong(Long::longValue).sum();
        long all = completed + failed;
        RunSummary summary = new RunSummary(
                RunSummary.SCHEMA,
                5,
                "run",
                state,
                reasons.length == 0,
                List.of(reasons),
                new RunSummary.Provenance(
                        "1", "c", "s", 7, Map.of(), "then", "now", List.of("http://a"), null, Map.of(), 0, null),
                new RunSummary.Clients(2, 2, 2, lost),
                new RunSummary.Requests(all, all, completed, failed, 0, errors),
                new RunSummary.Tokens(100, 100, null, 1),
                10,
                10,
                10,
                20,
                null,
                null,
                null,
                metrics,
                new RunSummary.ClientHealth(0, Map.of(), 0, 0, 0, 0, Map.of()));
        RunResult result = new RunResult(summary, Map.of(), List.of(), List.of(), List.of());
        return new StepMeasure(result, WorkloadSpecification.closedLoop(1));
    }
}
