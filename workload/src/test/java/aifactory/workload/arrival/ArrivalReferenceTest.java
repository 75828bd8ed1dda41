package aifactory.workload.arrival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import aifactory.workload.RateStep;
import aifactory.workload.RateStep.RampShape;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.ByteBuilder;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.session.SessionSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrivals against {@link ReferenceSchedule}, over every combination of what a load can be asked to do. */
class ArrivalReferenceTest {
    private static final int SEEDED_RUNS = 20;
    /** Arrivals of each schedule whose reference time is searched, which takes a while. */
    private static final int BISECTED = 25;

    private static final int[] CLIENTS = {1, 2, 3, 4, 7, 16};
    private static final int[] BURSTS = {1, 7, 300};
    private static final Integer[] CAPS = {null, 1, 3, 7};

    record Pattern(ArrivalPattern kind, double burstiness) {}

    private static final List<Pattern> PATTERNS = List.of(
            new Pattern(ArrivalPattern.CONSTANT, 1),
            new Pattern(ArrivalPattern.POISSON, 1),
            new Pattern(ArrivalPattern.GAMMA, 0.001),
            new Pattern(ArrivalPattern.GAMMA, 0.25),
            new Pattern(ArrivalPattern.GAMMA, 4),
            new Pattern(ArrivalPattern.GAMMA, 1000));

    private static final List<List<RateStep>> PROFILES = List.of(
            List.of(flat(20, 10)),
            List.of(ramp(0, 20, 10)),
            List.of(ramp(20, 0, 10)),
            List.of(ramp(0, 30, 5), ramp(30, 0, 5)),
            List.of(flat(0, 3), flat(20, 5)),
            List.of(flat(20, 5), flat(0, 3), flat(20, 5)),
            List.of(flat(20, 5), flat(0, 3)),
            List.of(ramp(20, 0, 5), flat(0, 3), ramp(0, 20, 5), flat(0, 1)),
            List.of(ramp(0, 20, 10), new RateStep(20, null, RampShape.LINEAR, null)),
            List.of(exponential(1, 80, 10)),
            List.of(exponential(80, 1, 10), flat(3, 4)),
            List.of(exponential(1e-9, 100, 20)),
            List.of(
                    ramp(20, Math.nextUp(20.0), 10),
                    exponential(20, Math.nextUp(20.0), 5),
                    exponential(20, 20.000001, 5)),
            List.of(ramp(1e-9, 20, 10), ramp(20, 1e-9, 10)),
            List.of(flat(0.4, 10), flat(0.1, 10), flat(90, 1)));

    static Stream<Arguments> combinations() {
        return PATTERNS.stream().flatMap(pattern -> PROFILES.stream().map(steps -> Arguments.of(pattern, steps)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("combinations")
    void everyCombinationEqualsTheReference(Pattern pattern, List<RateStep> steps) {
        for (int burst : BURSTS) {
            for (Duration duration : new Duration[] {null, Duration.ofMillis(6_500), Duration.ofSeconds(12)}) {
                for (Long count : new Long[] {null, 1L, 70L}) {
                    boolean endless = steps.getLast().duration() == null && duration == null && count == null;
                    if (!endless) {
                        WorkloadSpecification.Builder sample = sample(pattern, steps, 11);
                        sample.burstSize = burst;
                        sample.duration = duration;
                        sample.requestCount = count;
                        assertEqualsReference(sample.build());
                    }
                }
            }
        }
    }

    static Stream<Pattern> patterns() {
        return PATTERNS.stream();
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void seededRunsEqualTheReference(Pattern pattern) {
        for (long seed = 0; seed < SEEDED_RUNS; seed++) {
            assertEqualsReference(randomLoad(pattern, seed).build());
        }
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void theClientsArrivalsTogetherAreThoseOfOne(Pattern pattern) {
        for (long seed = 0; seed < SEEDED_RUNS; seed++) {
            for (Integer cap : CAPS) {
                WorkloadSpecification.Builder sample = randomLoad(pattern, seed);
                sample.concurrency = cap;
                WorkloadSpecification specification = sample.build();
                List<Long> whole = arrivals(specification);
                for (int clients : CLIENTS) {
                    List<Long> union = new ArrayList<>();
                    for (int client = 0; client < clients; client++) {
                        union.addAll(arrivalsOf(specification, new GroupShare(client, clients)));
                    }
                    Collections.sort(union);
                    assertThat(union)
                            .as("%d clients, cap %s, %s", clients, cap, describe(specification))
                            .isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void aConstantRampFromNothingIsTheInverseOfItsIntegral() {
        WorkloadSpecification.Builder sample =
                sample(new Pattern(ArrivalPattern.CONSTANT, 1), List.of(ramp(0, 20, 10)), 0);
        List<Long> arrivals = arrivals(sample.build());

        assertThat(arrivals).hasSize(100);
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(arrivals.get(i)).isEqualTo(Math.round(Math.sqrt(i) * 1e9));
        }
    }

    @Test
    void noArrivalIsDueAtTheEnd() {
        for (double rate : new double[] {0.1, 0.3, 0.7, 1.1, 3, 7, 49, 99.9}) {
            for (int seconds = 1; seconds <= 50; seconds++) {
                WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
                sample.arrivalPattern = ArrivalPattern.CONSTANT;
                sample.requestRate = rate;
                sample.duration = Duration.ofSeconds(seconds);
                List<Long> arrivals = arrivals(sample.build());
                assertThat(arrivals.getLast()).isLessThan(seconds * 1_000_000_000L);
                assertThat((double) arrivals.size()).isBetween(rate * seconds - 1e-6, rate * seconds + 1);
            }
        }
    }

    /** By Kolmogorov and Smirnov's test, at a level that 20 tests together pass with 98 %; the seeds are fixed. */
    @ParameterizedTest
    @MethodSource("patterns")
    void gapsAreDistributedAsAsked(Pattern pattern) {
        if (pattern.kind() == ArrivalPattern.CONSTANT) {
            return;
        }
        for (long seed = 0; seed < SEEDED_RUNS; seed++) {
            UnitGaps gaps = new UnitGaps(pattern.kind(), pattern.burstiness(), 1, seed);
            double[] drawn = new double[4000];
            drawn[0] = gaps.first();
            for (int i = 1; i < drawn.length; i++) {
                drawn[i] = gaps.next();
            }
            assertThat(GammaDistribution.largestDeviation(drawn, pattern.burstiness()) * Math.sqrt(drawn.length))
                    .as("%s, seed %d", pattern, seed)
                    .isLessThan(1.95);
        }
    }

    @Test
    void anExponentialRampToOrFromNothingIsRefused() {
        for (RateStep step : List.of(exponential(0, 10, 1), exponential(10, 0, 1))) {
            WorkloadSpecification.Builder sample = sample(PATTERNS.getFirst(), List.of(step), 0);
            WorkloadSpecification specification = sample.build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ArrivalSchedule.of(specification))
                    .withMessageContaining("exponential ramp");
        }
    }

    private static void assertEqualsReference(WorkloadSpecification specification) {
        ReferenceSchedule reference = ReferenceSchedule.of(specification);
        List<Long> arrivals = arrivals(specification);
        List<Double> expected = reference.operationalTimes(specification);

        // The last arrivals of a schedule may be due at its end, to which the reference is as exact as its sums.
        assertThat(Math.abs(arrivals.size() - expected.size()))
                .as("count of %s: %d, reference %d", describe(specification), arrivals.size(), expected.size())
                .isLessThanOrEqualTo(specification.burstSize());
        assertThat(arrivals).as(describe(specification)).isSorted();
        int both = Math.min(arrivals.size(), expected.size());
        for (int i = 0; i < both; i++) {
            assertThat(Math.abs(reference.arrivalsAt(arrivals.get(i) / 1e9) - expected.get(i)))
                    .as("arrival %d of %s", i, describe(specification))
                    .isLessThan(1e-5);
        }
        for (int i = 0; i < both; i += Math.max(1, both / BISECTED)) {
            double seconds = arrivals.get(i) / 1e9;
            double before = i == 0 ? 0 : reference.secondsAt(expected.get(i) - specification.burstSize());
            double after = reference.secondsAt(expected.get(i) + specification.burstSize());
            assertThat(seconds)
                    .as("arrival %d of %s", i, describe(specification))
                    .isBetween(before - 1e-6, after + 1e-6);
        }
    }

    private static WorkloadSpecification.Builder sample(Pattern pattern, List<RateStep> steps, long seed) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.arrivalPattern = pattern.kind();
        sample.burstiness = pattern.burstiness();
        sample.steps = steps;
        sample.seed = seed;
        return sample;
    }

    private static WorkloadSpecification.Builder randomLoad(Pattern pattern, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RateStep> steps = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            double seconds = 1 + random.nextInt(8) + random.nextInt(1000) / 1e3;
            double from = 0.1 + 40 * random.nextDouble();
            double to = 0.1 + 40 * random.nextDouble();
            steps.add(
                    switch (random.nextInt(7)) {
                        case 0 -> flat(0, seconds);
                        case 1 -> flat(from, seconds);
                        case 2 -> ramp(0, to, seconds);
                        case 3 -> ramp(from, 0, seconds);
                        case 4 -> ramp(from, to, seconds);
                        case 5 -> exponential(from, to, seconds);
                        default -> ramp(from, from * (1 + 1e-12 * random.nextDouble()), seconds);
                    });
        }
        steps.add(flat(from(random), 2));
        WorkloadSpecification.Builder sample = sample(pattern, steps, seed);
        sample.burstSize = random.nextBoolean() ? 1 : 1 + random.nextInt(40);
        sample.duration = random.nextBoolean() ? null : Duration.ofMillis(500 + random.nextInt(30_000));
        sample.requestCount = random.nextBoolean() ? null : (Long) (1 + random.nextLong(500));
        return sample;
    }

    private static double from(SplittableRandom random) {
        return 0.1 + 40 * random.nextDouble();
    }

    private static String describe(WorkloadSpecification specification) {
        return specification.arrivalPattern() + " " + specification.burstiness() + ", bursts of "
                + specification.burstSize() + ", duration " + specification.duration() + ", count "
                + specification.requestCount() + ", seed " + specification.seed() + ", " + specification.steps();
    }

    private static RateStep flat(double rate, double seconds) {
        return new RateStep(rate, null, RampShape.LINEAR, Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    private static RateStep ramp(double from, double to, double seconds) {
        return new RateStep(from, to, RampShape.LINEAR, Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    private static RateStep exponential(double from, double to, double seconds) {
        return new RateStep(from, to, RampShape.EXPONENTIAL, Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    private static List<Long> arrivals(WorkloadSpecification specification) {
        ArrivalSchedule schedule = ArrivalSchedule.of(specification);
        List<Long> all = new ArrayList<>();
        for (long nanos = schedule.nextNanos(); nanos != ArrivalSchedule.END; nanos = schedule.nextNanos()) {
            all.add(nanos);
        }
        return all;
    }

    private static List<Long> arrivalsOf(WorkloadSpecification specification, GroupShare share) {
        SessionSequence sequence =
                new SessionSequence(specification, share, new OneTurn(), ArrivalSchedule.of(specification));
        List<Long> own = new ArrayList<>();
        for (Session session = sequence.next(); session != null; session = sequence.next()) {
            own.add(session.scheduledNanos());
        }
        return own;
    }

    /** Sessions of one turn; their texts are not asked for. */
    private static final class OneTurn implements PromptSource {
        @Override
        public int turns(long session) {
            return 1;
        }

        @Override
        public int outputTokens(long session, int turn) {
            return 1;
        }

        @Override
        public int appendText(long session, int turn, ByteBuilder out) {
            return 0;
        }
    }
}
