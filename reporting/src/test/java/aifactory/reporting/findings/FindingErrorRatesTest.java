package aifactory.reporting.findings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often the statistical findings are wrong: over seeded runs that are healthy, whose latencies depend on those before, and over
 * runs with a defect.
 */
class FindingErrorRatesTest {
    private static final long SEED = 20261129;
    private static final int RUNS = 200;

    private static Map<String, Integer> counts(int runs, Consumer<FindingsRun> change) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int seed = 0; seed < runs; seed++) {
            FindingsRun run = new FindingsRun(SEED + seed);
            run.inOneInterval = true;
            change.accept(run);
            String seeded = run.workload.replaceFirst("\\{", "{\"seed\": " + seed + ", ");
            run.workload = seeded;
            run.codes().forEach(code -> counts.merge(code, 1, Integer::sum));
        }
        return counts;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0.6; {'concurrency': 8, 'duration': '30s', 'osl': 32}",
                "0.95; {'concurrency': 8, 'duration': '30s', 'osl': 32}",
                "0.9; {'concurrency': 2, 'request_count': 300, 'osl': 32}",
                "0.9; {'request_rate': 20, 'arrival_pattern': 'poisson', 'duration': '40s', 'warmup': '2s', 'osl': 32}",
                "0.6; {'request_rate': 20, 'burstiness': 0.4, 'duration': '40s', 'osl': 32}",
                "0.6; {'request_rate': 400, 'arrival_pattern': 'poisson', 'duration': '10s', 'osl': 32}",
                "0.6; {'request_rate': 40, 'burst_size': 5, 'arrival_pattern': 'poisson', 'duration': '30s', 'osl': 32}",
                "0; {'steps': [{'request_rate': 5, 'end_request_rate': 50, 'duration': '20s'}, {'request_rate': 50, 'duration': '10s'}], 'osl': 32}",
            })
    void healthyRunsRarelyHaveAFinding(double memory, String workload) {
        Map<String, Integer> counts = counts(RUNS, run -> {
            run.memory = memory;
            run.workload = workload.replace('\'', '"');
        });

        for (String code : new String[] {"not_steady", "cold_start", "arrivals_off"}) {
            assertThat(counts.getOrDefault(code, 0))
                    .as("%s of %d runs, seed %d", code, RUNS, SEED)
                    .isLessThanOrEqualTo(RUNS / 20);
        }
    }

    @Test
    void aStepOfATenthIsFound() {
        Map<String, Integer> counts = counts(50, run -> {
            run.workload = "{\"concurrency\": 8, \"duration\": \"60s\", \"osl\": 32}";
            run.slowness = start -> start < 30e9 ? 1 : 1.15;
        });

        assertThat(counts.getOrDefault("not_steady", 0)).as("seed %d", SEED).isGreaterThanOrEqualTo(45);
    }

    @Test
    void aColdStartIsFound() {
        Map<String, Integer> counts = counts(50, run -> {
            run.workload = "{\"concurrency\": 8, \"duration\": \"60s\", \"osl\": 32}";
            run.slowness = start -> start < 600e6 ? 3 : 1;
        });

        assertThat(counts.getOrDefault("cold_start", 0)).as("seed %d", SEED).isGreaterThanOrEqualTo(45);
    }

    @Test
    void arrivalsThatWaitForEachOtherAreFound() {
        Map<String, Integer> counts = counts(50, run -> {
            run.workload =
                    "{\"request_rate\": 50, \"arrival_pattern\": \"poisson\", \"duration\": \"30s\", \"osl\": 32}";
            run.delayNanos = due -> 50e6 - due % 50_000_000L;
        });

        assertThat(counts.getOrDefault("arrivals_off", 0)).as("seed %d", SEED).isGreaterThanOrEqualTo(45);
    }
}
