package aifactory.workload.arrival;

import aifactory.workload.RateStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requested rate over time, and the inverse of its integral: the real time at which a given number of arrivals is
 * expected to have occurred. Immutable.
 */
final class RateProfile {
    /** Returned when the profile ends before so many arrivals are expected. */
    static final double NEVER = Double.POSITIVE_INFINITY;

    private static final double SMALL_DIFFERENCE = 1e-3;

    /** In order; the search for an arrival's piece relies on it. */
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
            startArrivals = piece.endArrivals();
        }
        return new RateProfile(List.copyOf(pieces));
    }

    /**
     * The real time in seconds since T0 at which the given number of arrivals is expected, or {@link #NEVER}. Where the
     * rate is 0 for a while, the end of that time: the first at which one more would be expected.
     */
    double secondsAt(double arrivals) {
        int first = 0;
        int beyond = pieces.size();
        while (first < beyond) {
            int middle = (first + beyond) >>> 1;
            if (arrivals < pieces.get(middle).endArrivals()) {
                beyond = middle;
            } else {
                first = middle + 1;
            }
        }
        if (first == pieces.size()) {
            return NEVER;
        }
        Piece piece = pieces.get(first);
        // Rounding must not carry an arrival into the next piece, whose first may be earlier.
        double inPiece = Math.min(piece.secondsFor(arrivals - piece.startArrivals()), piece.durationSeconds());
        return piece.startSeconds() + inPiece;
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

        Piece {
            boolean toOrFromNothing = startRate == 0 || endRate == 0;
            if (growth == RateStep.RampShape.EXPONENTIAL && startRate != endRate && toOrFromNothing) {
                throw new IllegalArgumentException(
                        "an exponential ramp from " + startRate + " to " + endRate + ": it cannot begin or end at 0");
            }
        }

        double endArrivals() {
            return startArrivals + arrivals();
        }

        private double arrivals() {
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
                    double denominator = startRate + Math.sqrt(discriminant);
                    // A ramp from 0 starts with the arrival of n = 0.
                    yield denominator == 0 ? 0 : 2 * n / denominator;
                }
                case EXPONENTIAL -> {
                    double grown = n * growthPerSecond() / startRate;
                    // A rate near 0 overflows the quotient, not its logarithm.
                    yield Double.isInfinite(grown)
                            ? (Math.log(n * growthPerSecond()) - Math.log(startRate)) / growthPerSecond()
                            : Math.log1p(grown) / growthPerSecond();
                }
            };
        }

        private boolean isFlat() {
            return startRate == endRate;
        }

        private double growthPerSecond() {
            double difference = (endRate - startRate) / startRate;
            // The quotient of nearly equal rates has lost their difference, and that of very different ones overflows.
            double logarithm = Math.abs(difference) < SMALL_DIFFERENCE
                    ? Math.log1p(difference)
                    : Double.isInfinite(difference)
                            ? Math.log(endRate) - Math.log(startRate)
                            : Math.log(endRate / startRate);
            return logarithm / durationSeconds;
        }
    }
}
