package aifactory.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.capacity.Judgement.Verdict;
import org.junit.jupiter.api.Test;

final class LoadTallyTest {
    private static final double QUIET = 0.05;
    private static final double SOMETIMES = 0.125;
    private static final double DISTURBED = 0.3;

    private static LoadTally tally(Verdict... verdicts) {
        LoadTally tally = new LoadTally();
        for (Verdict verdict : verdicts) {
            tally.add(verdict, 100);
        }
        return tally;
    }

    /** Misses, after a number of steps that met the targets, until they confirm that the load is too much. */
    private static int missesUntilConfirmed(int met, double disturbedShare) {
        LoadTally tally = new LoadTally();
        for (int step = 0; step < met; step++) {
            tally.add(Verdict.MET, 100);
        }
        int misses = 0;
        while (!tally.isMissConfirmed(disturbedShare)) {
            tally.add(Verdict.MISSED, 100);
            misses++;
        }
        return misses;
    }

    @Test
    void theMoreStepsAreDisturbedTheMoreMissesAreNeeded() {
        assertThat(missesUntilConfirmed(0, QUIET)).isEqualTo(2);
        assertThat(missesUntilConfirmed(0, SOMETIMES)).isEqualTo(3);
        assertThat(missesUntilConfirmed(0, DISTURBED)).isEqualTo(5);
        assertThat(missesUntilConfirmed(1, QUIET)).isEqualTo(3);
        assertThat(missesUntilConfirmed(1, DISTURBED)).isEqualTo(7);
    }

    @Test
    void oneStepThatMetTheTargetsDecidesAndAMissAmongThemIsADisturbance() {
        assertThat(tally(Verdict.MET).decided(DISTURBED)).isEqualTo(Verdict.MET);
        assertThat(tally(Verdict.MISSED).decided(QUIET)).isEqualTo(Verdict.MISSED);
        assertThat(tally(Verdict.MISSED).decided(DISTURBED)).isNull();
        assertThat(tally(Verdict.MISSED, Verdict.MET).decided(DISTURBED)).isNull();
        assertThat(tally(Verdict.MISSED, Verdict.MET, Verdict.MET).decided(DISTURBED))
                .isEqualTo(Verdict.MET);
        assertThat(tally(Verdict.MISSED, Verdict.MISSED, Verdict.MET).decided(DISTURBED))
                .isNull();
    }

    @Test
    void anOverloadIsEnoughToSearchBelowButNotToEnd() {
        LoadTally overloaded = tally(Verdict.OVERLOADED);
        assertThat(overloaded.decided(QUIET)).isEqualTo(Verdict.MISSED);
        assertThat(overloaded.isMissConfirmed(QUIET)).isFalse();
        assertThat(tally(Verdict.MISSED, Verdict.MISSED).decided(DISTURBED)).isEqualTo(Verdict.MISSED);
    }

    @Test
    void whatWasJudgedOnceWasGenerated() {
        Verdict bound = Verdict.CLIENT_BOUND;
        assertThat(tally(bound, bound).decided(QUIET)).isEqualTo(bound);
        assertThat(tally(bound, bound).decided(DISTURBED)).isNull();
        assertThat(tally(bound, bound, bound).decided(DISTURBED)).isEqualTo(bound);
        assertThat(tally(bound, bound, Verdict.MISSED).decided(SOMETIMES)).isNull();
        assertThat(tally(bound, bound, Verdict.MISSED, bound, bound).decided(SOMETIMES))
                .isEqualTo(bound);
        assertThat(tally(bound, bound, bound, Verdict.MET).decided(QUIET)).isEqualTo(Verdict.MET);
    }

    @Test
    void noLoadIsMeasuredForEver() {
        for (double share : new double[] {QUIET, DISTURBED, 0.5}) {
            LoadTally tally = tally(Verdict.MET);
            int steps = 1;
            for (; tally.decided(share) == null || steps < 10; steps++) {
                tally.add(steps % 2 == 0 ? Verdict.MET : Verdict.MISSED, 100);
            }
            assertThat(steps).isEqualTo(10);
            assertThat(tally.isMissConfirmed(share)).isTrue();
        }
    }
}
