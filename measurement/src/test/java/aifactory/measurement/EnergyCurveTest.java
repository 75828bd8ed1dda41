package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnergyCurveTest {
    private static final long SECOND = 1_000_000_000L;

    private final EnergyIntegral integral = new EnergyIntegral();
    private final EnergyCurve curve = new EnergyCurve();

    @Test
    void theIntegralIsTheSumOfTrapezoids() {
        integral.addPower(5 * SECOND, 100);
        integral.addPower(7 * SECOND, 300);
        integral.addPower(7 * SECOND, 9_999);
        integral.addPower(8 * SECOND, 300);
        assertThat(integral.joules()).isEqualTo(400 + 300);
        assertThat(integral.coveredNanos()).isEqualTo(3 * SECOND);
    }

    @Test
    void noEnergyIsAssumedForALongGap() {
        integral.addPower(0, 100);
        integral.addPower(SECOND, 100);
        integral.addPower(100 * SECOND, 500);
        integral.addPower(101 * SECOND, 500);
        assertThat(integral.joules()).isEqualTo(100 + 500);
        assertThat(integral.coveredNanos()).isEqualTo(2 * SECOND);
        assertThatThrownBy(() -> integral.addPower(102 * SECOND, Double.NaN)).hasMessageContaining("NaN W");
    }

    @Test
    void theEnergyOfAStretchIsInterpolatedAtItsEdges() {
        for (int second = 0; second <= 10; second++) {
            curve.add(second * SECOND, second * 200.0, second);
        }
        EnergyCurve.Stretch stretch = curve.between(5 * SECOND / 2, 6 * SECOND);
        assertThat(stretch.joules()).isCloseTo(3.5 * 200, within(1e-9));
        assertThat(stretch.coveredSeconds()).isCloseTo(3.5, within(1e-9));
        assertThat(curve.between(9 * SECOND, 14 * SECOND).coveredSeconds())
                .as("nothing is assumed after the last report")
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void aLostReportLosesNoEnergy() {
        curve.add(0, 0, 0);
        curve.add(60 * SECOND, 6_000, 60);
        assertThat(curve.between(0, 60 * SECOND)).isEqualTo(new EnergyCurve.Stretch(6_000, 60));
    }

    @Test
    void aCounterThatRestartsFromZeroContinues() {
        curve.add(0, 1_000, 10);
        curve.add(SECOND, 1_100, 11);
        curve.add(5 * SECOND, 50, 1);
        curve.add(6 * SECOND, 150, 2);
        assertThat(curve.between(0, 6 * SECOND)).isEqualTo(new EnergyCurve.Stretch(200, 2));
    }

    @Test
    void manyReadingsChangeTheResolutionOnly() {
        for (int second = 0; second <= 100_000; second++) {
            curve.add(second * SECOND, second * 200.0, second);
        }
        assertThat(curve.between(1_000 * SECOND, 90_000 * SECOND).joules()).isCloseTo(89_000 * 200.0, within(1e-3));
    }

    @Test
    void whatIsForgottenIsNotCovered() {
        for (int second = 0; second <= 100; second++) {
            curve.add(second * SECOND, second * 200.0, second);
        }
        curve.keepFrom(50 * SECOND);
        assertThat(curve.between(40 * SECOND, 60 * SECOND).coveredSeconds()).isCloseTo(10, within(1e-9));
    }
}
