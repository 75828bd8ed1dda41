package aifactory.workload.arrival;

import aifactory.workload.RateStep;
import aifactory.workload.WorkloadSpecification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A schedule made another way than the program's: the rate is evaluated point by point, its integral summed over small
 * cells, and arrival times are found by bisection. Only the drawn gaps are the same.
 */
final class ReferenceSchedule {
    private static final int CELLS_PER_STEP = 400;
    private static final double FOREVER_SECONDS = 1e7;
    /** Gauss and Legendre's three points and weights on [-1, 1]. */
    private static final double[] POINTS = {-Math.sqrt(0.6), 0, Math.sqrt(0.6)};

    private static final double[] WEIGHTS = {5 / 9.0, 8 / 9.0, 5 / 9.0};

    private final List<Cell> cells = new ArrayList<>();
    private final double endSeconds;

    private record Cell(RateStep step, double stepStart, double stepSeconds, double from, double to, double arrivals) {
        double rateAt(double seconds) {
            @Nullable Double end = step.endRequestRate();
            double share = (seconds - stepStart) / stepSeconds;
            if (end == null) {
                return step.requestRate();
            }
            return step.growth() == RateStep.RampShape.LINEAR
                    ? step.requestRate() * (1 - share) + end * share
                    : Math.exp(Math.log(step.requestRate()) * (1 - share) + Math.log(end) * share);
        }

        /** The integral of the rate from the cell's start. */
        double arrivalsUntil(double seconds) {
            double half = (seconds - from) / 2;
            double sum = 0;
            for (int i = 0; i < POINTS.length; i++) {
                sum += WEIGHTS[i] * rateAt(from + half * (1 + POINTS[i]));
            }
            return half * sum;
        }
    }

    private ReferenceSchedule(List<RateStep> steps, double endSeconds) {
        double start = 0;
        double arrivals = 0;
        for (RateStep step : steps) {
            double lasting = step.duration() == null
                    ? Math.max(1, (Double.isInfinite(endSeconds) ? FOREVER_SECONDS : endSeconds) - start)
                    : step.duration().toNanos() / 1e9;
            for (int i = 0; i < CELLS_PER_STEP; i++) {
                double from = start + lasting * i / CELLS_PER_STEP;
                Cell cell = new Cell(step, start, lasting, from, start + lasting * (i + 1) / CELLS_PER_STEP, arrivals);
                cells.add(cell);
                arrivals += cell.arrivalsUntil(cell.to());
            }
            start += lasting;
        }
        this.endSeconds = Math.min(start, endSeconds);
    }

    static ReferenceSchedule of(WorkloadSpecification specification) {
        List<RateStep> steps = specification.steps();
        Double rate = specification.requestRate();
        if (rate != null) {
            steps = List.of(new RateStep(rate, null, RateStep.RampShape.LINEAR, null));
        }
        return new ReferenceSchedule(
                steps,
                specification.duration() == null
                        ? Double.POSITIVE_INFINITY
                        : specification.duration().toNanos() / 1e9);
    }

    double endSeconds() {
        return endSeconds;
    }

    /** The integral of the rate over [0, seconds]. */
    double arrivalsAt(double seconds) {
        Cell found = cells.getFirst();
        int low = 0;
        int high = cells.size() - 1;
        while (low <= high) {
            int middle = (low + high) / 2;
            if (cells.get(middle).from() <= seconds) {
                found = cells.get(middle);
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return found.arrivals() + found.arrivalsUntil(Math.min(seconds, found.to()));
    }

    /** The first time at which more than so many arrivals are expected; the end if there is no such time. */
    double secondsAt(double arrivals) {
        double low = 0;
        double high = endSeconds;
        for (int i = 0; i < 80 && high - low > 1e-12 * high; i++) {
            double middle = (low + high) / 2;
            if (arrivalsAt(middle) > arrivals) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** Operational times of all arrivals, whose gaps the program draws, up to the end of the schedule. */
    List<Double> operationalTimes(WorkloadSpecification specification) {
        UnitGaps gaps = new UnitGaps(
                specification.arrivalPattern(),
                specification.burstiness(),
                specification.burstSize(),
                specification.seed());
        double total = arrivalsAt(endSeconds);
        long count = specification.requestCount() == null ? Long.MAX_VALUE : specification.requestCount();
        List<Double> times = new ArrayList<>();
        for (double time = gaps.first(); time < total && times.size() < count; time += gaps.next()) {
            times.add(time);
        }
        return times;
    }
}
