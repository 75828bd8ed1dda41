package aifactory.workload.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.RateStep;
import aifactory.workload.SampleWorkloads;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalScheduleTest {
    @ParameterizedTest
    @CsvSource({"POISSON,1,1", "GAMMA,0.25,2", "GAMMA,4,0.5"})
    void gapsHaveTheMeanAndTheVariationOfTheirDistribution(
            ArrivalPattern pattern, double burstiness, double coefficientOfVariation) {
        List<Long> arrivals =
                arrivals(SampleWorkloads.openLoop(pattern, 1000, Duration.ofSeconds(200), 11, burstiness));
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

        assertThat(arrivals(specification)).containsExactly(0L, 250_000_000L, 500_000_000L, 750_000_000L);
    }

    @Test
    void aRequestCountEndsTheSchedule() {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.arrivalPattern = ArrivalPattern.POISSON;
        sample.requestRate = 4.0;
        sample.requestCount = 17L;

        assertThat(arrivals(sample.build())).hasSize(17);
    }

    @ParameterizedTest
    @CsvSource({"CONSTANT,1,20", "POISSON,1,7", "GAMMA,0.5,3"})
    void burstsComeAtOnceAndKeepTheMeanRate(ArrivalPattern pattern, double burstiness, int burstSize) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.arrivalPattern = pattern;
        sample.requestRate = 1000.0;
        sample.burstiness = burstiness;
        sample.burstSize = burstSize;
        sample.duration = Duration.ofSeconds(200);
        sample.seed = 5;
        List<Long> arrivals = arrivals(sample.build());

        long different = arrivals.stream().distinct().count();
        assertThat(arrivals.size()).isBetween(190_000, 210_000);
        assertThat((double) arrivals.size() / different).isEqualTo(burstSize, within(0.01));
        for (int first = 0; first + burstSize <= arrivals.size(); first += burstSize) {
            assertThat(arrivals.get(first + burstSize - 1)).isEqualTo(arrivals.get(first));
        }
    }

    @ParameterizedTest
    @CsvSource({"POISSON,1,LINEAR,0", "GAMMA,0.4,LINEAR,50", "POISSON,1,EXPONENTIAL,10", "GAMMA,3,EXPONENTIAL,10"})
    void randomArrivalsFollowTheIntegralOfARamp(
            ArrivalPattern pattern, double burstiness, RateStep.RampShape growth, double from) {
        double to = 2000;
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.arrivalPattern = pattern;
        sample.burstiness = burstiness;
        sample.steps = List.of(
                new RateStep(from, to, growth, Duration.ofSeconds(60)),
                new RateStep(to, null, RateStep.RampShape.LINEAR, null));
        sample.duration = Duration.ofSeconds(80);
        sample.seed = 3;
        List<Long> arrivals = arrivals(sample.build());

        // The standard deviation of n arrivals with gaps of shape k is about the root of n / k.
        for (int second = 10; second <= 60; second += 10) {
            double expected = growth == RateStep.RampShape.LINEAR
                    ? from * second + (to - from) * second * second / 120
                    : from * 60 / Math.log(to / from) * (Math.pow(to / from, second / 60.0) - 1);
            assertThat((double) countBetween(arrivals, 0, second))
                    .as("%s %s until %d s, seed 3", pattern, growth, second)
                    .isEqualTo(expected, within(5 * Math.sqrt(expected / burstiness)));
        }
        assertThat((double) countBetween(arrivals, 60, 80))
                .isEqualTo(40_000, within(5 * Math.sqrt(40_000 / burstiness)));
        assertThat(arrivals).isSorted();
    }

    @Test
    void stepsAndRampsBringTheArrivalsOfTheirIntegral() {
        List<RateStep> steps = List.of(
                new RateStep(100, null, RateStep.RampShape.LINEAR, Duration.ofSeconds(10)),
                new RateStep(100, 300.0, RateStep.RampShape.LINEAR, Duration.ofSeconds(10)),
                new RateStep(0, null, RateStep.RampShape.LINEAR, Duration.ofSeconds(5)),
                new RateStep(300, 100.0, RateStep.RampShape.EXPONENTIAL, Duration.ofSeconds(10)));
        WorkloadSpecification specification = SampleWorkloads.withSteps(ArrivalPattern.CONSTANT, steps);
        List<Long> arrivals = arrivals(specification);

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

    private static List<Long> arrivals(WorkloadSpecification specification) {
        ArrivalSchedule schedule = ArrivalSchedule.of(specification);
        List<Long> all = new ArrayList<>();
        for (long nanos = schedule.nextNanos(); nanos != ArrivalSchedule.END; nanos = schedule.nextNanos()) {
            all.add(nanos);
        }
        return all;
    }
}
