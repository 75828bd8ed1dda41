package aifactory.measurement.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LevelChangeTest {
    private static final int RUNS = 400;
    private static final long SEED = 20261129;

    private static double[] series(long seed, int length, double memory, IntToDoubleFunction level) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] series = new double[length];
        double state = random.nextGaussian();
        for (int i = 0; i < length; i++) {
            series[i] = 10 + state + level.applyAsDouble(i);
            state = memory * state + Math.sqrt(1 - memory * memory) * random.nextGaussian();
        }
        return series;
    }

    private static double share(int length, double memory, IntToDoubleFunction level, double significance) {
        int shown = 0;
        for (int run = 0; run < RUNS; run++) {
            double[] series = series(SEED + run, length, memory, level);
            shown += LevelChange.of(series, run).probability() <= significance ? 1 : 0;
        }
        return (double) shown / RUNS;
    }

    /** Series that remember are not taken for series that change. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.6, 0.8, 0.9})
    void aSteadySeriesIsRarelyShownToChange(double memory) {
        // A correlation over a sixth of the series can hardly be distinguished from a change of level.
        double most = memory > 0.7 ? 0.06 : 0.025;
        assertThat(share(30, memory, i -> 0, 0.005)).as("seed %d", SEED).isLessThanOrEqualTo(most);
        assertThat(share(15, memory, i -> 0, 0.005)).as("seed %d", SEED).isLessThanOrEqualTo(most);
    }

    @Test
    void aStepIsShown() {
        assertThat(share(30, 0, i -> i < 15 ? 0 : 3, 0.005)).as("seed %d", SEED).isGreaterThan(0.9);
        assertThat(share(30, 0.3, i -> i < 10 ? 0 : 8, 0.005))
                .as("seed %d", SEED)
                .isGreaterThan(0.9);
        assertThat(share(30, 0, i -> i < 6 ? 6 : 0, 0.005)).as("seed %d", SEED).isGreaterThan(0.9);
    }

    @Test
    void aTrendIsShown() {
        assertThat(share(30, 0, i -> i / 29.0 * 6, 0.005)).as("seed %d", SEED).isGreaterThan(0.9);
        assertThat(LevelChange.of(series(SEED, 30, 0, i -> i), 1).trend()).isTrue();
        assertThat(LevelChange.of(series(SEED, 30, 0, i -> i < 12 ? 0 : 20), 1).trend())
                .isFalse();
    }

    @Test
    void theChangeIsFoundWhereItIs() {
        LevelChange change = LevelChange.of(series(SEED, 30, 0, i -> i < 12 ? 0 : 20), 1);

        assertThat(change.changeIndex()).isEqualTo(12);
        assertThat(change.before()).isBetween(9.0, 11.0);
        assertThat(change.after()).isBetween(29.0, 31.0);
    }

    @Test
    void aConstantSeriesDoesNotChange() {
        double[] constant = new double[20];
        Arrays.fill(constant, 16);

        assertThat(LevelChange.of(constant, 1).probability()).isEqualTo(1);
    }
}
