package aifactory.workload.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import aifactory.workload.RateStep;
import aifactory.workload.SampleWorkloads;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalScheduleTest {
    @ParameterizedTest
    @CsvSource({"CONSTANT,1", "POISSON,1", "GAMMA,0.3", "GAMMA,1", "GAMMA,4.5"})
    void theUnionOfManyClientsArrivalsIsTheArrivalsOfOne(ArrivalPattern pattern, double burstiness) {
        for (long seed = 0; seed < 5; seed++) {
            WorkloadSpecification specification =
                    SampleWorkloads.openLoop(pattern, 700, Duration.ofSeconds(3), seed, burstiness);
            List<Long> one = arrivals(specification, new GroupShare(0, 1));
            for (int clients : new int[] {2, 3, 7, 16, 100, 1000, 3001}) {
                List<Long> union = new ArrayList<>();
                for (int client = 0; client < clients; client++) {
                    union.addAll(arrivals(specification, new GroupShare(client, clients)));
                }
                Collections.sort(union);
                assertThat(union)
                        .as("%s, seed %d, %d clients", pattern, seed, clients)
                        .isEqualTo(one);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"POISSON,1,1", "GAMMA,0.25,2", "GAMMA,4,0.5"})
    void gapsHaveTheMeanAndTheVariationOfTheirDistribution(
            ArrivalPattern pattern, double burstiness, double coefficientOfVariation) {
        List<Long> arrivals = arrivals(
                SampleWorkloads.openLoop(pattern, 1000, Duration.ofSeconds(200), 11, burstiness), new GroupShare(0, 1));
        double[] gaps = new double[arrivals.size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (arrivals.get(i + 1) - arrivals.get(i)) / 1e9;
        }
        double mean = Arrays.stream(gaps).average().orElseThrow();
        double variance = Arrays.stream(gaps)
                .map(gap -> (gap - mean) * (gap - mean))
                .average()
                .orElseThrow();

        assertThat(mean).isEqualTo(0.001, within(0.00003));
        assertThat(Math.sqrt(variance) / mean).isEqualTo(coefficientOfVariation, within(0.04));
    }

    @Test
    void constantArrivalsAreEquallySpacedFromTheStart() {
        WorkloadSpecification specification =
                SampleWorkloads.openLoop(ArrivalPattern.CONSTANT, 4, Duration.ofSeconds(1), 0, 1);

        assertThat(arrivals(specification, new GroupShare(0, 1)))
                .containsExactly(0L, 250_000_000L, 500_000_000L, 750_000_000L);
    }

    @Test
    void aRequestCountEndsTheSchedule() {
        WorkloadSpecification specification = SampleWorkloads.withRequestCount(
                SampleWorkloads.openLoop(ArrivalPattern.POISSON, 4, Duration.ofDays(1), 0, 1), 17);

        assertThat(arrivals(specification, new GroupShare(0, 1))).hasSize(17);
    }

    @Test
    void stepsAndRampsBringTheArrivalsOfTheirIntegral() {
        List<RateStep> steps = List.of(
                new RateStep(100, null, RateStep.RampShape.LINEAR, Duration.ofSeconds(10)),
                new RateStep(100, 300.0, RateStep.RampShape.LINEAR, Duration.ofSeconds(10)),
                new RateStep(0, null, RateStep.RampShape.LINEAR, Duration.ofSeconds(5)),
                new RateStep(300, 100.0, RateStep.RampShape.EXPONENTIAL, Duration.ofSeconds(10)));
        WorkloadSpecification specification = SampleWorkloads.withSteps(ArrivalPattern.CONSTANT, steps);
        List<Long> arrivals = arrivals(specification, new GroupShare(0, 1));

        assertThat(countBetween(arrivals, 0, 10)).isEqualTo(1000);
        assertThat(countBetween(arrivals, 10, 20)).isEqualTo(2000);
        assertThat(countBetween(arrivals, 10, 15)).isEqualTo(750);
        assertThat(countBetween(arrivals, 20, 25)).isZero();
        // The integral of the exponential from 300 to 100 in 10 s is (300 - 100) / (ln 3 / 10).
        assertThat((double) countBetween(arrivals, 25, 35)).isEqualTo(2000 / Math.log(3), within(1.0));
        assertThat(arrivals).isSorted();
    }

    private static long countBetween(List<Long> arrivals, long fromSeconds, long toSeconds) {
        return arrivals.stream()
                .filter(nanos -> nanos >= fromSeconds * 1_000_000_000L && nanos < toSeconds * 1_000_000_000L)
                .count();
    }

    private static List<Long> arrivals(WorkloadSpecification specification, GroupShare share) {
        ArrivalSchedule schedule = ArrivalSchedule.of(specification);
        List<Long> own = new ArrayList<>();
        long index = 0;
        for (long nanos = schedule.nextNanos(); nanos != ArrivalSchedule.END; nanos = schedule.nextNanos()) {
            if (share.owns(index++)) {
                own.add(nanos);
            }
        }
        return own;
    }
}
