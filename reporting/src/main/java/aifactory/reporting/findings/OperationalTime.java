package aifactory.reporting.findings;

import aifactory.workload.RateStep;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.List;

/**
 * The number of arrivals that a workload requests until a time: the integral of the request rate. In this operational
 * time one arrival is expected per unit, at any rate. Implemented independently of the schedules, which it verifies.
 * Immutable.
 */
final class OperationalTime {
    private final double constantRate;
    private final List<RateStep> steps;

    OperationalTime(WorkloadSpecification specification) {
        Double rate = specification.requestRate();
        this.steps = specification.steps();
        this.constantRate = rate == null ? 0 : rate;
    }

    /** Arrivals that are asked for from T0 until then. */
    double at(double seconds) {
        if (steps.isEmpty()) {
            return constantRate * seconds;
        }
        double arrivals = 0;
        double left = seconds;
        for (RateStep step : steps) {
            Duration duration = step.duration();
            double length = duration == null ? Double.POSITIVE_INFINITY : duration.toNanos() / 1e9;
            arrivals += within(step, Math.min(left, length), length);
            left -= length;
            if (left <= 0) {
                return arrivals;
            }
        }
        return arrivals;
    }

    private static double within(RateStep step, double seconds, double length) {
        double start = step.requestRate();
        Double asked = step.endRequestRate();
        double end = asked == null ? start : asked;
        if (start == end || Double.isInfinite(length)) {
            return start * seconds;
        }
        return switch (step.growth()) {
            case LINEAR -> start * seconds + (end - start) * seconds * seconds / (2 * length);
            case EXPONENTIAL -> {
                double growth = Math.log(end / start) / length;
                yield start * Math.expm1(growth * seconds) / growth;
            }
        };
    }

    /** The mean rate in requests per second until then. */
    double meanRate(double seconds) {
        return seconds > 0 ? at(seconds) / seconds : 0;
    }

    /** Whether the workload asks for a load that changes. */
    static boolean changes(WorkloadSpecification specification) {
        List<RateStep> steps = specification.steps();
        for (RateStep step : steps) {
            Double end = step.endRequestRate();
            if (step.requestRate() != steps.getFirst().requestRate() || (end != null && end != step.requestRate())) {
                return true;
            }
        }
        return false;
    }
}
