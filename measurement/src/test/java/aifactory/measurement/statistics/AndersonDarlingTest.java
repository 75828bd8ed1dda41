package aifactory.measurement.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AndersonDarlingTest {
    private static final long SEED = 20261129;
    private static final int RUNS = 2_000;

    private static double[] exponential(SplittableRandom random, int count) {
        return random.doubles(count).map(u -> -Math.log(1 - u)).toArray();
    }

    @Test
    void gapsOfThatDistributionAreRefusedAsOftenAsTheSignificanceSays() {
        for (int samples : new int[] {30, 300}) {
            SplittableRandom random = new SplittableRandom(SEED + samples);
            int atFive = 0;
            int atOne = 0;
            for (int run = 0; run < RUNS; run++) {
                double probability =
                        AndersonDarling.gamma(exponential(random, samples), 1).probability();
                atFive += probability < 0.05 ? 1 : 0;
                atOne += probability < 0.01 ? 1 : 0;
            }
            assertThat(atFive / (double) RUNS).as("seed %d", SEED).isCloseTo(0.05, within(0.015));
            assertThat(atOne / (double) RUNS).as("seed %d", SEED).isCloseTo(0.01, within(0.007));
        }
    }

    /** The sum of four exponential gaps has a gamma distribution of shape 4. */
    @Test
    void sumsOfGapsHaveTheDistributionOfTheirShape() {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (int run = 0; run < 500; run++) {
            double[] sums = new double[100];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = Arrays.stream(exponential(random, 4)).average().orElseThrow();
            }
            refused += AndersonDarling.gamma(sums, 4).probability() < 0.05 ? 1 : 0;
        }
        assertThat(refused).as("seed %d", SEED).isBetween(10, 45);
    }

    @Test
    void otherGapsAreRefused() {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] constant = random.doubles(200, 0.98, 1.02).toArray();
        double[] slower =
                Arrays.stream(exponential(random, 500)).map(gap -> gap * 1.3).toArray();
        double[] together = Arrays.stream(exponential(random, 500))
                .map(gap -> gap < 0.3 ? 0 : gap)
                .toArray();

        for (double[] gaps : new double[][] {constant, slower, together}) {
            AndersonDarling test = AndersonDarling.gamma(gaps, 1);
            assertThat(test.probability()).isLessThan(0.001);
            assertThat(test.distance()).isGreaterThan(0.05);
        }
    }

    /** Critical values of Stephens, "EDF Statistics for Goodness of Fit", JASA 69 (1974), case 0. */
    @Test
    void theStatisticsProbabilityIsThePublishedOne() {
        // Samples at the quantiles of a power distribution, whose statistic grows with the exponent.
        double[] found = new double[2];
        for (double exponent = 1; exponent < 3; exponent += 0.0005) {
            double[] samples = new double[1_000];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = Math.pow((i + 0.5) / samples.length, exponent);
            }
            AndersonDarling test = AndersonDarling.uniform(samples);
            found[0] = test.statistic() < 2.492 ? test.probability() : found[0];
            found[1] = test.statistic() < 3.857 ? test.probability() : found[1];
        }
        assertThat(found[0]).isCloseTo(0.05, within(0.002));
        assertThat(found[1]).isCloseTo(0.01, within(0.001));
    }
}
