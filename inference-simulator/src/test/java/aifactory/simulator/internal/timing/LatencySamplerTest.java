package aifactory.simulator.internal.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.simulator.SimulatorOptions.Latencies;
import java.time.Duration;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencySamplerTest {
    private static final int DRAWS = 200_000;

    private final RandomGenerator random = new SeededRandomness(11).generator(SeededRandomness.REQUEST_STREAM, 0);

    @Test
    void constantLatenciesAreWhatTheyWereSetTo() {
        LatencySampler sampler = new LatencySampler(latencies(50, 0, 10, 0));
        assertThat(sampler.firstTokenNanos(random)).isEqualTo(50_000_000);
        assertThat(sampler.gapNanos(random)).isEqualTo(10_000_000);
    }

    @Test
    void drawsHaveTheMeanAndTheDeviationThatWereSet() {
        LatencySampler sampler = new LatencySampler(latencies(50, 8, 10, 1));
        long[] first = LongStream.generate(() -> sampler.firstTokenNanos(random))
                .limit(DRAWS)
                .toArray();
        long[] gaps =
                LongStream.generate(() -> sampler.gapNanos(random)).limit(DRAWS).toArray();
        // Five standard errors of the mean, and as much of the deviation: the seed is fixed, so this never changes.
        assertThat(mean(first)).isCloseTo(50e6, within(5 * 8e6 / Math.sqrt(DRAWS)));
        assertThat(deviation(first)).isCloseTo(8e6, within(8e6 * 0.01));
        assertThat(mean(gaps)).isCloseTo(10e6, within(5 * 1e6 / Math.sqrt(DRAWS)));
        assertThat(deviation(gaps)).isCloseTo(1e6, within(1e6 * 0.01));
    }

    @Test
    void aWideDistributionIsCutOnBothSidesAndKeepsItsMean() {
        LatencySampler sampler = new LatencySampler(latencies(50, 50, 0, 0));
        long[] draws = LongStream.generate(() -> sampler.firstTokenNanos(random))
                .limit(DRAWS)
                .toArray();
        assertThat(Arrays.stream(draws).min().orElseThrow()).isBetween(0L, 1_000_000L);
        assertThat(Arrays.stream(draws).max().orElseThrow()).isBetween(99_000_000L, 100_000_000L);
        assertThat(mean(draws)).isCloseTo(50e6, within(5 * 50e6 / Math.sqrt(DRAWS)));
        assertThat(sampler.gapNanos(random)).isZero();
    }

    private static Latencies latencies(long first, long firstDeviation, long gap, long gapDeviation) {
        return new Latencies(
                Duration.ofMillis(first),
                Duration.ofMillis(firstDeviation),
                Duration.ofMillis(gap),
                Duration.ofMillis(gapDeviation));
    }

    private static double mean(long[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(long[] values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values)
                .mapToDouble(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    }
}
