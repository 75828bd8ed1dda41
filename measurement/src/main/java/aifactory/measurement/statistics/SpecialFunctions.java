package aifactory.measurement.statistics;

/** Functions that distributions are made of. Stateless. */
final class SpecialFunctions {
    private static final int MOST_ITERATIONS = 10_000;
    private static final double PRECISION = 1e-14;
    private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

    private SpecialFunctions() {}

    /**
     * The logarithm of the gamma function for positive arguments: Stirling's series, after shifting small arguments up.
     */
    static double logGamma(double x) {
        double shift = 0;
        double z = x;
        while (z < 10) {
            shift += Math.log(z);
            z += 1;
        }
        double inverse = 1 / z;
        double square = inverse * inverse;
        double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
        return (z - 0.5) * Math.log(z) - z + HALF_LOG_TWO_PI + series - shift;
    }

    /**
     * The distribution function of the gamma distribution with the given shape and scale 1, by its series below shape +
     * 1 and its continued fraction (Lentz) above.
     */
    static double gammaDistribution(double shape, double x) {
        if (!(x > 0)) {
            return 0;
        }
        double front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
        if (x < shape + 1) {
            double term = 1 / shape;
            double sum = term;
            for (int i = 1; i < MOST_ITERATIONS && term > sum * PRECISION; i++) {
                term *= x / (shape + i);
                sum += term;
            }
            return Math.min(1, front * sum);
        }
        double b = x + 1 - shape;
        double c = 1e300;
        double d = 1 / b;
        double fraction = d;
        double change = 0;
        for (int i = 1; i < MOST_ITERATIONS && Math.abs(change - 1) > PRECISION; i++) {
            double a = -i * (i - shape);
            b += 2;
            d = 1 / nonZero(a * d + b);
            c = nonZero(b + a / c);
            change = d * c;
            fraction *= change;
        }
        return Math.clamp(1 - front * fraction, 0, 1);
    }

    private static double nonZero(double value) {
        return Math.abs(value) < 1e-300 ? 1e-300 : value;
    }
}
