package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private static final double[] PERCENTILES = {0, 1, 10, 50, 75, 90, 95, 99, 99.9, 100};

    /** However the samples are dealt to however many clients, the merge is the histogram of the pooled samples. */
    @Test
    void mergedPercentilesAreThoseOfThePooledSamplesAtTheHistogramsPrecision() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int clients = 1 + random.nextInt(20);
            List<LatencyHistogram> parts = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                parts.add(new LatencyHistogram());
            }
            long[] pooled = new long[1 + random.nextInt(3000)];
            LatencyHistogram whole = new LatencyHistogram();
            for (int i = 0; i < pooled.length; i++) {
                pooled[i] = (long) Math.exp(random.nextDouble(0, Math.log(LatencyHistogram.HIGHEST_NANOS)));
                whole.record(pooled[i]);
                parts.get(random.nextInt(clients)).record(pooled[i]);
            }
            LatencyHistogram merged = new LatencyHistogram();
            for (LatencyHistogram part : parts) {
                merged.add(LatencyHistogram.decode(part.encode()));
            }
            assertSame(merged, whole, seed);
            Arrays.sort(pooled);
            for (double percentile : PERCENTILES) {
                int rank = Math.max(1, (int) Math.ceil(percentile / 100 * pooled.length));
                double exact = pooled[rank - 1];
                assertThat((double) merged.percentileNanos(percentile))
                        .as("seed %d, percentile %s of %d samples", seed, percentile, pooled.length)
                        .isEqualTo(exact, within(Math.max(1_000, exact / 1_000)));
            }
        }
    }

    private static void assertSame(LatencyHistogram merged, LatencyHistogram whole, long seed) {
        assertThat(merged.count()).as("seed %d", seed).isEqualTo(whole.count());
        assertThat(merged.minimumNanos()).isEqualTo(whole.minimumNanos());
        assertThat(merged.maximumNanos()).isEqualTo(whole.maximumNanos());
        assertThat(merged.sumNanos()).isEqualTo(whole.sumNanos());
        assertThat(merged.standardDeviationNanos())
                .isEqualTo(whole.standardDeviationNanos(), within(whole.standardDeviationNanos() * 1e-9 + 1e-9));
        for (double percentile : PERCENTILES) {
            assertThat(merged.percentileNanos(percentile)).isEqualTo(whole.percentileNanos(percentile));
        }
    }

    @Test
    void aGapOfNothingIsLegalAndANegativeOneIsNot() {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(0);
        assertThat(histogram.count()).isEqualTo(1);
        assertThatThrownBy(() -> histogram.record(-1)).isInstanceOf(LatencyOutOfRangeException.class);
        assertThatThrownBy(() -> histogram.record(LatencyHistogram.HIGHEST_NANOS + 1))
                .isInstanceOf(LatencyOutOfRangeException.class)
                .hasMessageContaining("3600000000001");
        histogram.record(LatencyHistogram.HIGHEST_NANOS);
        assertThat(histogram.count()).isEqualTo(2);
        assertThat(histogram.maximumNanos()).isEqualTo(LatencyHistogram.HIGHEST_NANOS);
    }

    @Test
    void anEmptyHistogramHasNoFiguresAndNoFaults() {
        LatencyHistogram empty = LatencyHistogram.decode(new LatencyHistogram().encode());
        assertThat(empty.count()).isZero();
        assertThat(MetricSummary.of(empty)).isEqualTo(new MetricSummary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void foreignBytesAreRefused() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            assertThatThrownBy(() -> LatencyHistogram.decode(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aCoarseHistogramIsWithinTwoPercent() {
        SplittableRandom random = new SplittableRandom(5);
        LatencyHistogram fine = new LatencyHistogram();
        for (int i = 0; i < 20_000; i++) {
            fine.record((long) Math.exp(random.nextDouble(Math.log(2_000), Math.log(1e12))));
        }
        CoarseHistogram coarse = new CoarseHistogram();
        coarse.add(fine);
        for (double percentile : new double[] {1, 25, 50, 90, 99, 99.9}) {
            double exact = fine.percentileNanos(percentile);
            assertThat((double) coarse.percentileNanos(percentile)).isEqualTo(exact, within(exact * 0.025));
        }
        assertThat(coarse.meanNanos()).isEqualTo(fine.meanNanos(), within(fine.meanNanos() * 0.02));
    }
}
