package aifactory.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.capacity.Judgement.Verdict;
import aifactory.capacity.StepFigures.ClientProblem;
import aifactory.capacity.StepFigures.Distortion;
import aifactory.capacity.StepFigures.Failures;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StepJudgeTest {
    private static StepFigures step(@Nullable Double p99, List<Integer> inFlight) {
        return new StepFigures(
                1000,
                Failures.NONE,
                100,
                inFlight,
                null,
                List.of(StepFigures.Limit.of("ttft_ms.p99", 400, p99)),
                List.of(),
                null,
                null);
    }

    private static StepFigures failing(long completed, Failures failures, String... clientProblems) {
        return new StepFigures(
                completed,
                failures,
                100,
                List.of(),
                null,
                List.of(StepFigures.Limit.of("ttft_ms.p99", 400, 20.0)),
                problems(Distortion.UNKNOWN, clientProblems),
                null,
                null);
    }

    private static List<ClientProblem> problems(Distortion distortion, String... messages) {
        return Stream.of(messages)
                .map(message -> new ClientProblem(distortion, message))
                .toList();
    }

    private static StepFigures distorted(Distortion distortion, double p99, List<Integer> inFlight, Failures failures) {
        return new StepFigures(
                1000,
                failures,
                100,
                inFlight,
                null,
                List.of(new StepFigures.Limit("ttft_ms.p99", 400, p99, 30.0, 20)),
                problems(distortion, "in a way"),
                null,
                null);
    }

    private static Failures byServer(long count) {
        return new Failures(count, count, 0, count + " rate_limited");
    }

    private static Verdict verdict(StepFigures step) {
        return new StepJudge(null, 0.01).judge(step).verdict();
    }

    @Test
    void aLimitIsMetOrMissedByTheFigure() {
        assertThat(verdict(step(400.0, List.of()))).isEqualTo(Verdict.MET);
        assertThat(verdict(step(400.1, List.of()))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(step(null, List.of()))).isEqualTo(Verdict.MISSED);
        assertThat(new StepJudge(null, 0.01).judge(step(512.0, List.of())).reason())
                .contains("ttft_ms.p99 512 ms, limit 400 ms");
    }

    @Test
    void whatGrowsForAsLongAsTheStepLastsIsOverload() {
        assertThat(verdict(step(900.0, List.of(8, 20, 32, 44, 56, 68, 80, 92, 104))))
                .isEqualTo(Verdict.OVERLOADED);
        assertThat(verdict(step(100.0, List.of(8, 20, 32, 44, 56, 68, 80, 92, 104))))
                .isEqualTo(Verdict.OVERLOADED);
        // Neither a single spike in the middle nor random variation around a mean is a trend.
        assertThat(verdict(step(900.0, List.of(8, 8, 9, 60, 30, 10, 8, 9, 8)))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(step(100.0, List.of(20, 26, 18, 24, 29, 22, 30, 25, 21))))
                .isEqualTo(Verdict.MET);
    }

    @Test
    void attainmentIsHeldAgainstWhatIsWantedAndToldWithItsInterval() {
        StepFigures step = new StepFigures(
                990, new Failures(10, 10, 0, "10 timeout"), 100, List.of(), 0.985, List.of(), List.of(), null, null);
        Judgement met = new StepJudge(0.98, 0.01).judge(step);
        assertThat(met.verdict()).isEqualTo(Verdict.MET);
        // Wilson's interval of 985 of 1000, by hand.
        assertThat(met.reason()).contains("98.5 % of 1000 requests", "97.5 % to 99.1 %");
        assertThat(new StepJudge(0.99, 0.01).judge(step).verdict()).isEqualTo(Verdict.MISSED);
        StepFigures unknown =
                new StepFigures(1000, Failures.NONE, 100, List.of(), null, List.of(), List.of(), null, null);
        assertThat(new StepJudge(0.5, 0.01).judge(unknown).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void clientsAndMissingResultsComeBeforeAnyFigure() {
        assertThat(verdict(failing(1000, Failures.NONE, "late"))).isEqualTo(Verdict.CLIENT_BOUND);
        StepFigures lost = new StepFigures(
                1000,
                Failures.NONE,
                100,
                List.of(),
                null,
                List.of(),
                problems(Distortion.UNKNOWN, "late"),
                null,
                "a client was lost");
        assertThat(verdict(lost)).isEqualTo(Verdict.UNUSABLE);
        assertThat(verdict(failing(0, byServer(40)))).isEqualTo(Verdict.OVERLOADED);
        assertThat(verdict(failing(0, Failures.NONE))).isEqualTo(Verdict.OVERLOADED);
    }

    @Test
    void moreFailedRequestsThanAllowedMissTheTargetsHoweverFastTheRestWas() {
        assertThat(verdict(failing(990, byServer(10)))).isEqualTo(Verdict.MET);
        assertThat(verdict(failing(989, byServer(11)))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(failing(10, byServer(990)))).isEqualTo(Verdict.OVERLOADED);
        assertThat(new StepJudge(null, 0.01).judge(failing(10, byServer(990))).reason())
                .contains("99.0 % of 1000 requests failed (990 rate_limited)", "limit 1.0 %");
        assertThat(new StepJudge(null, 0.05).judge(failing(960, byServer(40))).verdict())
                .isEqualTo(Verdict.MET);
        assertThat(new StepJudge(null, 0).judge(failing(100_000, byServer(1))).verdict())
                .isEqualTo(Verdict.MISSED);
        // Failed requests are not responses, regardless of who caused the failure.
        assertThat(verdict(failing(900, new Failures(100, 0, 0, "100 timeout"))))
                .isEqualTo(Verdict.MISSED);
    }

    @Test
    void refusalsAreTheServersLimitThoughTheyDisturbTheClients() {
        // More than one such step is wanted, since a client that stood still sends a burst afterwards.
        assertThat(verdict(failing(10, byServer(990), "99 % of its cores"))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(distorted(Distortion.SENT_LATE, 20, List.of(), byServer(9000))))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict(distorted(Distortion.LATENCY_ADDED, 20, List.of(), byServer(9000))))
                .isEqualTo(Verdict.OVERLOADED);
        // A client that stands still makes requests time out by itself.
        assertThat(verdict(failing(900, new Failures(100, 0, 0, "100 timeout"), "paused")))
                .isEqualTo(Verdict.CLIENT_BOUND);
    }

    @Test
    void aDistortionThatCannotChangeTheVerdictDoesNot() {
        List<Integer> growing = List.of(8, 20, 32, 44, 56, 68, 80, 92, 104);
        List<Integer> steady = List.of();
        assertThat(verdict(distorted(Distortion.LATENCY_ADDED, 379, steady, Failures.NONE)))
                .isEqualTo(Verdict.MET);
        assertThat(verdict(distorted(Distortion.LATENCY_ADDED, 381, steady, Failures.NONE)))
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(verdict(distorted(Distortion.LATENCY_ADDED, 449, steady, Failures.NONE)))
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(verdict(distorted(Distortion.LATENCY_ADDED, 451, steady, Failures.NONE)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict(distorted(Distortion.LATENCY_ADDED, 900, growing, Failures.NONE)))
                .isEqualTo(Verdict.OVERLOADED);
        // A burst may be too much where the rate is not.
        assertThat(verdict(distorted(Distortion.SENT_LATE, 379, steady, Failures.NONE)))
                .isEqualTo(Verdict.MET);
        assertThat(verdict(distorted(Distortion.SENT_LATE, 381, steady, Failures.NONE)))
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(verdict(distorted(Distortion.SENT_LATE, 449, steady, Failures.NONE)))
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(verdict(distorted(Distortion.SENT_LATE, 900, growing, Failures.NONE)))
                .isEqualTo(Verdict.MISSED);
        assertThat(verdict(distorted(Distortion.SENT_LATE, 369, growing, Failures.NONE)))
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(verdict(distorted(Distortion.UNKNOWN, 20, steady, Failures.NONE)))
                .isEqualTo(Verdict.CLIENT_BOUND);
        assertThat(verdict(distorted(Distortion.SENT_LATE, 20, steady, new Failures(100, 0, 0, "100 timeout"))))
                .isEqualTo(Verdict.CLIENT_BOUND);
        // The share of requests within their limits has no such bound.
        assertThat(new StepJudge(0.9, 0.01)
                        .judge(distorted(Distortion.LATENCY_ADDED, 20, steady, Failures.NONE))
                        .verdict())
                .isEqualTo(Verdict.CLIENT_BOUND);
    }

    @Test
    void requestsThatAreWrongAtAnyLoadDecideNothing() {
        Judgement judgement =
                new StepJudge(null, 0.01).judge(failing(0, new Failures(100, 0, 100, "100 http_client_error")));
        assertThat(judgement.verdict()).isEqualTo(Verdict.UNUSABLE);
        assertThat(judgement.reason()).contains("100 http_client_error", "no load explains");
    }

    @Test
    void aServerThatIsLostDuringTheStepDoesNotCarryTheLoad() {
        StepFigures lost = new StepFigures(
                1000, Failures.NONE, 100, List.of(), null, List.of(), List.of(), "server 0 was killed", null);
        assertThat(verdict(lost)).isEqualTo(Verdict.OVERLOADED);
    }
}
