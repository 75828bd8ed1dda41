package aifactory.workload.arrival;

import aifactory.workload.RateStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The course of the asked rate over time, and the inverse of its integral: when, in real time, so many arrivals are expected
 * to have come. Immutable.
 */
final class RateProfile {
    /** Returned when the profile ends before so many arrivals are expected. */
    static final double NEVER = Double.POSITIVE_INFINITY;

    private final List<Piece> pieces;

    private RateProfile(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /** A rate that never changes and never ends. */
    static RateProfile constant(double requestsPerSecond) {
        return new RateProfile(List.of(new Piece(
                0, 0, requestsPerSecond, requestsPerSecond, RateStep.RampShape.LINEAR, Double.POSITIVE_INFINITY)));
    }

    /** Steps that follow each other from T0; it ends with the last, which alone may be without an end. */
    static RateProfile of(List<RateStep> steps) {
        List<Piece> pieces = new ArrayList<>();
        double startSeconds = 0;
        double startArrivals = 0;
        for (RateStep step : steps) {
            Double ending = step.endRequestRate();
            double endRate = ending == null ? step.requestRate() : ending;
            Piece piece = new Piece(
                    startSeconds, startArrivals, step.requestRate(), endRate, step.growth(), seconds(step.duration()));
            pieces.add(piece);
            startSeconds += piece.durationSeconds();
            startArrivals += piece.arrivals();
        }
        return new RateProfile(List.copyOf(pieces));
    }

    /** The real time in seconds since T0 at which the given number of arrivals is expected, or {@link #NEVER}. */
    double secondsAt(double arrivals) {
        for (Piece piece : pieces) {
            if (arrivals < piece.startArrivals() + piece.arrivals()) {
                return piece.startSeconds() + piece.secondsFor(arrivals - piece.startArrivals());
            }
        }
        return NEVER;
    }

    private static double seconds(@Nullable Duration duration) {
        return duration == null ? Double.POSITIVE_INFINITY : duration.toNanos() / 1e9;
    }

    /** One stretch of time in which the rate follows one formula. */
    private record Piece(
            double startSeconds,
            double startArrivals,
            double startRate,
            double endRate,
            RateStep.RampShape growth,
            double durationSeconds) {

        double arrivals() {
            if (isFlat()) {
                return startRate == 0 ? 0 : startRate * durationSeconds;
            }
            return switch (growth) {
                case LINEAR -> (startRate + endRate) / 2 * durationSeconds;
                case EXPONENTIAL -> (endRate - startRate) / growthPerSecond();
            };
        }

        /** Solves the integral of the rate over [0, t] = n for t. */
        double secondsFor(double n) {
            if (isFlat()) {
                return n / startRate;
            }
            return switch (growth) {
                case LINEAR -> {
                    double slope = (endRate - startRate) / durationSeconds;
                    // The root of slope/2 t² + startRate t - n = 0 in the form that does not cancel for small slopes.
                    double discriminant = Math.max(0, startRate * startRate + 2 * slope * n);
                    yield 2 * n / (startRate + Math.sqrt(discriminant));
                }
                case EXPONENTIAL -> Math.log1p(n * growthPerSecond() / startRate) / growthPerSecond();
            };
        }

        private boolean isFlat() {
            return startRate == endRate;
        }

        private double growthPerSecond() {
            return Math.log(endRate / startRate) / durationSeconds;
        }
    }
}
