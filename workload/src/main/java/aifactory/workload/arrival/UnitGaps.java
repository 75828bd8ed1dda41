package aifactory.workload.arrival;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.SeededHash;
import java.util.SplittableRandom;

/**
 * Gaps between arrivals in operational time, in which one arrival a unit is expected. An {@link RateProfile} turns
 * operational time into real time; so every pattern works with every course of the rate.
 *
 * <p>Not thread-safe.
 */
final class UnitGaps {
    private final ArrivalPattern pattern;
    private final double shape;
    private final int burstSize;
    private final SplittableRandom random;
    private int leftInBurst;

    /**
     * @param shape of the gamma distribution; ignored by the other patterns
     * @param burstSize arrivals that come at once; the gaps between bursts are longer by as much
     */
    UnitGaps(ArrivalPattern pattern, double shape, int burstSize, long seed) {
        this.pattern = pattern;
        this.shape = shape;
        this.burstSize = burstSize;
        this.random = new SplittableRandom(SeededHash.bits(seed, SeededHash.Purpose.ARRIVAL, 0));
    }

    /** The operational time before the first arrival: constant arrivals start at once, random ones after a gap. */
    double first() {
        leftInBurst = burstSize - 1;
        return pattern == ArrivalPattern.CONSTANT ? 0 : burstSize * gap();
    }

    double next() {
        if (leftInBurst > 0) {
            leftInBurst--;
            return 0;
        }
        leftInBurst = burstSize - 1;
        return burstSize * gap();
    }

    /** Between two bursts, with a mean of 1. */
    private double gap() {
        return switch (pattern) {
            case CONSTANT -> 1;
            case POISSON -> exponential();
            case GAMMA -> gamma(shape) / shape;
            case TRACE, CLOSED -> throw new IllegalStateException(pattern + " arrivals have no distribution of gaps");
        };
    }

    private double exponential() {
        return -Math.log(1 - random.nextDouble());
    }

    /**
     * Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000); boosted below shape 1.
     */
    private double gamma(double shapeParameter) {
        if (shapeParameter < 1) {
            double boost = Math.pow(1 - random.nextDouble(), 1 / shapeParameter);
            return gamma(shapeParameter + 1) * boost;
        }
        double d = shapeParameter - 1.0 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = SeededHash.normal(random.nextLong());
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            double u = 1 - random.nextDouble();
            if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}
