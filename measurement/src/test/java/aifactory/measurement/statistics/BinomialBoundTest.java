package aifactory.measurement.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the binomial distribution summed up term by term. */
class BinomialBoundTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0.01, false",
        "1, 1, 0.01, true",
        "1, 5, 0.01, true",
        "1, 6, 0.01, false",
        "1, 14, 0.01, false",
        "2, 14, 0.01, true",
        "4, 100, 0.01, true",
        "3, 100, 0.01, false",
        "8, 10, 0.5, false",
        "9, 10, 0.5, true",
        "10000, 1000000, 0.01, false",
        "10160, 1000000, 0.01, false",
        "10200, 1000000, 0.01, true",
        "1001700, 100000000, 0.01, true",
        "1001000, 100000000, 0.01, false"
    })
    void knownCases(long beyond, long samples, double share, boolean exceeded) {
        assertThat(BinomialBound.isExceeded(beyond, samples, share)).isEqualTo(exceeded);
    }

    @Test
    void everySmallCaseAgreesWithTheSum() {
        for (int samples = 1; samples <= 60; samples++) {
            for (double share : new double[] {0.01, 0.05, 0.5}) {
                for (int beyond = 0; beyond <= samples; beyond++) {
                    boolean expected = beyond > samples * share && tail(beyond, samples, share) < 0.05;
                    assertThat(BinomialBound.isExceeded(beyond, samples, share))
                            .as("%d of %d, share %s", beyond, samples, share)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static double tail(int beyond, int samples, double share) {
        double sum = 0;
        for (int k = beyond; k <= samples; k++) {
            double term = 1;
            for (int i = 0; i < k; i++) {
                term *= (double) (samples - i) / (k - i) * share;
            }
            sum += term * Math.pow(1 - share, samples - k);
        }
        return sum;
    }
}
