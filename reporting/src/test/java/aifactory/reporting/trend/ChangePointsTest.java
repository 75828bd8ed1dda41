package aifactory.reporting.trend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories of nights, judged after each night as a nightly job does. */
final class ChangePointsTest {
    private static final long SEED = 20261129;
    private static final int NIGHTS = 60;
    private static final int CHANGE = 40;
    private static final double LEAST_CHANGE = 0.01;

    /** @param outliers share of nights that are up to 30 % slower, as when others use the machine */
    private static double[] nights(long seed, double spread, double outliers, double slowdown) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[NIGHTS];
        for (int night = 0; night < NIGHTS; night++) {
            double disturbed = random.nextDouble() < outliers ? 1 + 0.3 * random.nextDouble() : 1;
            double level = night >= CHANGE ? 1 + slowdown : 1;
            values[night] = 50 * level * disturbed * Math.exp(spread * random.nextGaussian());
        }
        return values;
    }

    /** The first night after which a change is reported, and where it is reported to be; -1 for none on any night. */
    private static int[] firstReport(double[] values) {
        for (int night = 1; night <= values.length; night++) {
            List<ChangePoint> found = ChangePoints.of(Arrays.copyOf(values, night), LEAST_CHANGE);
            if (!found.isEmpty()) {
                return new int[] {night - 1, found.getFirst().index()};
            }
        }
        return new int[] {-1, -1};
    }

    /** {@code percent} is the night-to-night spread. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSlowdownOfSevenPercentIsFoundWithinThreeNights(int percent) {
        int found = 0;
        List<String> others = new ArrayList<>();
        for (int seed = 0; seed < 100; seed++) {
            int[] report = firstReport(nights(SEED + seed, percent / 100.0, 0, 0.07));
            boolean inTime = report[0] >= CHANGE && report[0] <= CHANGE + 3 && Math.abs(report[1] - CHANGE) <= 3;
            found += inTime ? 1 : 0;
            if (!inTime) {
                others.add("seed " + (SEED + seed) + ": " + Arrays.toString(report));
            }
        }
        assertThat(found).as("%s", others).isGreaterThanOrEqualTo(90);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void nothingIsFoundInEqualNights(int percent) {
        int quiet = 0;
        for (int seed = 0; seed < 100; seed++) {
            quiet += firstReport(nights(SEED + 1000 + seed, percent / 100.0, 0, 0))[0] < 0 ? 1 : 0;
        }
        assertThat(quiet).isGreaterThanOrEqualTo(90);
    }

    @Test
    void disturbedNightsAreNoChangesAndDoNotHideOne() {
        int quiet = 0;
        int found = 0;
        for (int seed = 0; seed < 100; seed++) {
            quiet += firstReport(nights(SEED + 2000 + seed, 0.01, 0.05, 0))[0] < 0 ? 1 : 0;
            List<ChangePoint> changes = ChangePoints.of(nights(SEED + 3000 + seed, 0.01, 0.05, 0.07), LEAST_CHANGE);
            found += changes.stream().anyMatch(change -> Math.abs(change.index() - CHANGE) <= 2) ? 1 : 0;
        }
        assertThat(quiet).isGreaterThanOrEqualTo(90);
        assertThat(found).isGreaterThanOrEqualTo(90);
    }

    @Test
    void bothDirectionsAndSeveralChangesAreFound() {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] values = new double[90];
        for (int i = 0; i < values.length; i++) {
            double level = i < 30 ? 100 : i < 60 ? 120 : 90;
            values[i] = level * Math.exp(0.02 * random.nextGaussian());
        }

        List<ChangePoint> changes = ChangePoints.of(values, LEAST_CHANGE);

        assertThat(changes).extracting(ChangePoint::index).containsExactly(30, 60);
        assertThat(changes.getFirst().change()).isBetween(0.17, 0.23);
        assertThat(changes.getLast().change()).isBetween(-0.28, -0.22);
        assertThat(changes)
                .allSatisfy(change -> assertThat(change.probability()).isLessThan(0.001));
    }

    @Test
    void shortAndEqualSeriesHaveNoChange() {
        assertThat(ChangePoints.of(new double[0], LEAST_CHANGE)).isEmpty();
        assertThat(ChangePoints.of(new double[] {5}, LEAST_CHANGE)).isEmpty();
        assertThat(ChangePoints.of(new double[] {5, 50}, LEAST_CHANGE)).isEmpty();
        assertThat(ChangePoints.of(new double[] {5, 5, 50}, LEAST_CHANGE)).isEmpty();
        double[] equal = new double[100];
        assertThat(ChangePoints.of(equal, LEAST_CHANGE)).as("zeros").isEmpty();
        Arrays.fill(equal, 7);
        assertThat(ChangePoints.of(equal, LEAST_CHANGE)).isEmpty();
    }

    @Test
    void aStepAtTheEndIsFoundWhenTheThirdNightConfirmsIt() {
        double[] values = new double[32];
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < values.length; i++) {
            values[i] = (i >= 29 ? 60 : 50) * Math.exp(0.01 * random.nextGaussian());
        }

        assertThat(ChangePoints.of(Arrays.copyOf(values, 30), LEAST_CHANGE))
                .as("one night")
                .isEmpty();
        assertThat(ChangePoints.of(Arrays.copyOf(values, 31), LEAST_CHANGE))
                .as("two nights")
                .isEmpty();
        assertThat(ChangePoints.of(values, LEAST_CHANGE))
                .extracting(ChangePoint::index)
                .containsExactly(29);
    }

    @Test
    void changesThatAreSmallerThanAskedForAreNotReported() {
        double[] values = nights(SEED, 0.002, 0, 0.03);

        assertThat(ChangePoints.of(values, 0.01)).hasSize(1);
        assertThat(ChangePoints.of(values, 0.05)).isEmpty();
    }

    @Test
    void sharesOfFailedRequestsMayBeZero() {
        double[] values = new double[40];
        Arrays.fill(values, 30, 40, 0.05);

        assertThat(ChangePoints.of(values, 0.01)).singleElement().satisfies(change -> {
            assertThat(change.index()).isEqualTo(30);
            assertThat(change.change()).isCloseTo(0.05, within(1e-9));
        });
    }
}
