package aifactory.measurement.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PercentileRanksTest {
    private static final long SEED = 20261129;

    @Test
    void theMedianOfAHundredLiesBetweenTheKnownRanks() {
        // Conover, table of the binomial distribution: P(X <= 39) = 0.0176, P(X <= 40) = 0.0284 for n = 100, p = 0.5.
        assertThat(PercentileRanks.of95(100, 50)).isEqualTo(new PercentileRanks(40, 61));
    }

    @Test
    void tooFewSamplesHaveNoUpperBound() {
        // 0.99^367 = 0.02500, 0.99^368 = 0.02475: the largest of 367 samples is below the p99 too often.
        assertThat(PercentileRanks.of95(367, 99).upper()).isEqualTo(368);
        assertThat(PercentileRanks.of95(368, 99).upper()).isEqualTo(368);
        assertThat(PercentileRanks.of95(1, 50)).isEqualTo(new PercentileRanks(0, 2));
        assertThat(PercentileRanks.of95(0, 50)).isEqualTo(new PercentileRanks(0, 1));
    }

    /** Of skewed samples, whose percentiles are known. */
    @Test
    void theIntervalHoldsThePercentileInNineteenOfTwentyCases() {
        for (int samples : new int[] {30, 500, 5_000}) {
            for (double percentile : new double[] {50, 90, 99}) {
                int missed = 0;
                double truth = -Math.log(1 - percentile / 100);
                PercentileRanks ranks = PercentileRanks.of95(samples, percentile);
                SplittableRandom random = new SplittableRandom(SEED + samples);
                for (int run = 0; run < 1_000; run++) {
                    double[] values =
                            random.doubles(samples).map(u -> -Math.log(1 - u)).toArray();
                    Arrays.sort(values);
                    boolean above = ranks.lower() >= 1 && values[(int) ranks.lower() - 1] > truth;
                    boolean below = ranks.upper() <= samples && values[(int) ranks.upper() - 1] < truth;
                    missed += above || below ? 1 : 0;
                }
                assertThat(missed)
                        .as("p%s of %d, seed %d", percentile, samples, SEED)
                        .isLessThanOrEqualTo(67);
            }
        }
    }

    @Test
    void manySamplesAreBoundedClosely() {
        PercentileRanks exact = PercentileRanks.of95(300_000_000, 50);
        PercentileRanks normal = PercentileRanks.of95(500_000_000, 50);

        assertThat(150_000_000 - exact.lower()).isBetween(16_950L, 17_000L);
        assertThat(250_000_000 - normal.lower()).isBetween(21_880L, 21_950L);
        assertThat(normal.upper() - 250_000_000).isBetween(21_880L, 21_950L);
    }
}
