package aifactory.measurement.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FirstRequestsTest {
    private static final long SEED = 20261129;
    private static final int RUNS = 1_000;

    private static double[] latencies(long seed, int count, double memory, int cold, double factor) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] latencies = new double[count];
        double state = random.nextGaussian();
        for (int i = 0; i < count; i++) {
            latencies[i] = 50 * Math.exp(0.25 * state) * (i < cold ? factor : 1);
            state = memory * state + Math.sqrt(1 - memory * memory) * random.nextGaussian();
        }
        return latencies;
    }

    private static double share(int count, double memory, int cold, double factor) {
        int found = 0;
        for (int run = 0; run < RUNS; run++) {
            found += FirstRequests.of(latencies(SEED + run, count, memory, cold, factor)) == null ? 0 : 1;
        }
        return found / (double) RUNS;
    }

    @Test
    void aRunThatIsTheSameThroughoutRarelyHasColdFirstRequests() {
        for (int count : new int[] {100, 200, 1_000, 5_000}) {
            for (double memory : new double[] {0, 0.5, 0.9}) {
                assertThat(share(count, memory, 0, 1))
                        .as("%d requests, memory %s, seed %d", count, memory, SEED)
                        // 3 % by design, and what a thousand runs leave open.
                        .isLessThanOrEqualTo(0.045);
            }
        }
    }

    @Test
    void coldFirstRequestsAreFound() {
        assertThat(share(200, 0, 4, 3)).as("seed %d", SEED).isGreaterThan(0.95);
        assertThat(share(1_000, 0.5, 16, 2)).as("seed %d", SEED).isGreaterThan(0.95);
        assertThat(share(1_000, 0, 1, 10)).as("seed %d", SEED).isGreaterThan(0.95);
        assertThat(share(20_000, 0.5, 400, 1.5)).as("seed %d", SEED).isGreaterThan(0.95);
    }

    @Test
    void theMeansAreThoseOfTheGroups() {
        double[] latencies = new double[400];
        Arrays.setAll(latencies, i -> i < 4 ? 300 : 50);

        FirstRequests first = FirstRequests.of(latencies);

        assertThat(first).isEqualTo(new FirstRequests(4, 300, 50));
    }

    @Test
    void fewRequestsOrFasterFirstOnesAreNotJudged() {
        assertThat(FirstRequests.of(latencies(SEED, 49, 0, 4, 10))).isNull();
        assertThat(FirstRequests.of(latencies(SEED, 400, 0, 4, 0.1))).isNull();
        assertThat(FirstRequests.of(new double[0])).isNull();
    }
}
