package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the samples themselves, sorted. */
final class CoarseHistogramTest {
    private static final int ROUNDS = 200;

    /** From half a microsecond to two hours, close together or far apart, in any order. */
    private static List<Long> samples(Random random) {
        double low = Math.log(500);
        double high = Math.log(7.2e12);
        double from = low + random.nextDouble() * (high - low);
        double width = random.nextBoolean() ? 0.1 : random.nextDouble() * (high - from);
        List<Long> samples = new ArrayList<>();
        for (int i = random.nextInt(300); i >= 0; i--) {
            samples.add((long) Math.exp(from + random.nextDouble() * width));
        }
        return samples;
    }

    private static CoarseHistogram of(List<Long> samples) {
        CoarseHistogram histogram = new CoarseHistogram();
        samples.forEach(histogram::record);
        return histogram;
    }

    private static double inRange(double nanos) {
        return Math.clamp(nanos, 1_000, LatencyHistogram.HIGHEST_NANOS * 1.01);
    }

    @Test
    void percentilesAndCountsAreThoseOfTheSamplesWithinTwoPercent() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            List<Long> samples = samples(new Random(seed));
            CoarseHistogram histogram = of(samples);
            Collections.sort(samples);
            assertThat(histogram.count()).as("seed %d", seed).isEqualTo(samples.size());
            for (double percentile : new double[] {0.1, 25, 50, 99, 100}) {
                int rank = (int) Math.max(1, Math.ceil(percentile / 100 * samples.size()));
                double expected = inRange(samples.get(rank - 1));
                assertThat((double) histogram.percentileNanos(percentile))
                        .as("seed %d, percentile %s", seed, percentile)
                        .isCloseTo(expected, within(expected * 0.02));
            }
            long limit = samples.get(samples.size() / 2);
            long above = samples.stream().filter(nanos -> nanos > limit).count();
            long clearlyAbove = samples.stream()
                    .filter(nanos -> inRange(nanos) > inRange(limit) * 1.021)
                    .count();
            assertThat(histogram.countAbove(limit)).as("seed %d", seed).isBetween(clearlyAbove, above);
            double mean = samples.stream()
                    .mapToDouble(nanos -> inRange(nanos))
                    .average()
                    .orElseThrow();
            assertThat(histogram.meanNanos()).as("seed %d", seed).isCloseTo(mean, within(mean * 0.02));
        }
    }

    @Test
    void additionsInAnyOrderAndTheEncodedFormAreTheSame() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Long> one = samples(random);
            List<Long> other = samples(random);
            CoarseHistogram together = of(one);
            other.forEach(together::record);
            CoarseHistogram forward = of(one);
            forward.add(of(other));
            CoarseHistogram backward = of(other);
            backward.add(of(one));
            backward.add(new CoarseHistogram());
            CoarseHistogram again = CoarseHistogram.decode(together.encode());
            for (CoarseHistogram histogram : List.of(forward, backward, again)) {
                assertThat(histogram.encode()).as("seed %d", seed).isEqualTo(together.encode());
                assertThat(histogram.count()).as("seed %d", seed).isEqualTo(together.count());
                assertThat(histogram.standardDeviationNanos())
                        .as("seed %d", seed)
                        .isEqualTo(together.standardDeviationNanos());
            }
            forward.reset();
            forward.add(of(other));
            assertThat(forward.encode()).as("seed %d", seed).isEqualTo(of(other).encode());
        }
    }

    @Test
    void anEmptyOneHasNoSamples() {
        CoarseHistogram empty = new CoarseHistogram();
        assertThat(empty.count()).isZero();
        assertThat(empty.meanNanos()).isZero();
        assertThat(empty.percentileNanos(50)).isZero();
        assertThat(empty.countAbove(0)).isZero();
        assertThat(empty.encode()).isEmpty();
    }

    @Test
    void anEncodedFormThatCannotBeIsRefused() {
        for (int[] wrong : new int[][] {{1}, {5, 0}, {5, -1}, {5, 1, 5, 1}, {5, 1, 4, 1}, {-1, 1}, {100_000, 1}}) {
            assertThatThrownBy(() -> CoarseHistogram.decode(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
