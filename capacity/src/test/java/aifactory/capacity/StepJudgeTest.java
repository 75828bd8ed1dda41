package aifactory.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.capacity.Judgement.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StepJudgeTest {
    private static StepFigures step(@Nullable Double p99, List<Integer> inFlight) {
        return new StepFigures(
                1000, 0, 100, inFlight, null, List.of(new StepFigures.Limit("ttft_ms.p99", 400, p99)), List.of(), null);
    }

    private static Verdict verdict(StepFigures step) {
        return new StepJudge(null).judge(step).verdict();
    }

    @Test
    void aLimitIsMetOrMissedByTheFigure() {
        assertThat(verdict(step(400.0, List.of()))).isEqualTo(Verdict.MET);
        assertThat(verdict(step(400.1, List.of()))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(step(null, List.of()))).isEqualTo(Verdict.MISSED);
        assertThat(new StepJudge(null).judge(step(512.0, List.of())).reason())
                .contains("ttft_ms.p99 512 ms, limit 400 ms");
    }

    @Test
    void whatGrowsForAsLongAsTheStepLastsIsOverload() {
        assertThat(verdict(step(900.0, List.of(8, 20, 32, 44, 56, 68, 80, 92, 104))))
                .isEqualTo(Verdict.OVERLOADED);
        assertThat(verdict(step(100.0, List.of(8, 20, 32, 44, 56, 68, 80, 92, 104))))
                .isEqualTo(Verdict.OVERLOADED);
        // A hiccup in the middle is none, and neither is chance around a mean.
        assertThat(verdict(step(900.0, List.of(8, 8, 9, 60, 30, 10, 8, 9, 8)))).isEqualTo(Verdict.MISSED);
        assertThat(verdict(step(100.0, List.of(20, 26, 18, 24, 29, 22, 30, 25, 21))))
                .isEqualTo(Verdict.MET);
    }

    @Test
    void attainmentIsHeldAgainstWhatIsWantedAndToldWithItsInterval() {
        StepFigures step = new StepFigures(990, 10, 100, List.of(), 0.985, List.of(), List.of(), null);
        Judgement met = new StepJudge(0.98).judge(step);
        assertThat(met.verdict()).isEqualTo(Verdict.MET);
        // Wilson's interval of 985 of 1000, by hand.
        assertThat(met.reason()).contains("98.5 % of 1000 requests", "97.5 % to 99.1 %");
        assertThat(new StepJudge(0.99).judge(step).verdict()).isEqualTo(Verdict.MISSED);
        StepFigures unknown = new StepFigures(990, 10, 100, List.of(), null, List.of(), List.of(), null);
        assertThat(new StepJudge(0.5).judge(unknown).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void clientsAndMissingResultsComeBeforeAnyFigure() {
        StepFigures bound = new StepFigures(
                1000,
                0,
                100,
                List.of(),
                null,
                List.of(new StepFigures.Limit("ttft_ms.p99", 400, 900.0)),
                List.of("late"),
                null);
        assertThat(verdict(bound)).isEqualTo(Verdict.CLIENT_BOUND);
        StepFigures lost =
                new StepFigures(1000, 0, 100, List.of(), null, List.of(), List.of("late"), "a client was lost");
        assertThat(verdict(lost)).isEqualTo(Verdict.UNUSABLE);
        StepFigures failed = new StepFigures(0, 40, 0, List.of(), null, List.of(), List.of(), null);
        assertThat(verdict(failed)).isEqualTo(Verdict.OVERLOADED);
    }
}
