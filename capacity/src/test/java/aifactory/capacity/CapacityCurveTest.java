package aifactory.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.capacity.CapacityCurve.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CapacityCurveTest {
    @Test
    void theFrontAndItsKneeAreMarked() {
        CapacityCurve curve = CapacityCurve.of(List.of(
                Point.of(160, 78, 2_000),
                Point.of(10, 10, 100),
                Point.of(40, 40, 104),
                Point.of(20, 20, 101),
                Point.of(70, 70, 130),
                Point.of(82, 80, 900),
                Point.of(60, 55, 140)));
        assertThat(curve.points().stream().map(Point::load)).containsExactly(10.0, 20.0, 40.0, 60.0, 70.0, 160.0, 82.0);
        assertThat(curve.points().stream().filter(Point::isPareto).map(Point::load))
                .containsExactly(10.0, 20.0, 40.0, 70.0, 82.0);
        assertThat(curve.points().stream().filter(Point::isKnee).map(Point::load))
                .containsExactly(70.0);
    }

    @Test
    void fewPointsAndStraightLinesHaveNoKnee() {
        assertThat(CapacityCurve.of(List.of()).points()).isEmpty();
        assertThat(CapacityCurve.of(List.of(Point.of(1, 1, 1), Point.of(2, 2, 2)))
                        .points())
                .noneMatch(Point::isKnee);
        assertThat(CapacityCurve.of(List.of(Point.of(1, 1, 1), Point.of(2, 2, 2), Point.of(3, 3, 3)))
                        .points())
                .noneMatch(Point::isKnee)
                .allMatch(Point::isPareto);
    }
}
