package aifactory.reporting.comparison;

/**
 * Student's t distribution, by the regularised incomplete beta function in its continued fraction (Lentz's method;
 * Abramowitz and Stegun 26.5.8 and 26.7.1). Stateless.
 */
public final class StudentT {
    private static final double TINY = 1e-300;
    private static final double PRECISION = 1e-14;
    private static final int MOST_STEPS = 500;
    private static final double[] LANCZOS = {
        76.18009172947146,
        -86.50532032941678,
        24.01409824083091,
        -1.231739572450155,
        0.1208650973866179e-2,
        -0.5395239384953e-5
    };

    private StudentT() {}

    /** The probability that the size of t is at least that of {@code t}. */
    public static double twoSidedP(double t, double degreesOfFreedom) {
        double x = degreesOfFreedom / (degreesOfFreedom + t * t);
        return incompleteBeta(x, degreesOfFreedom / 2, 0.5);
    }

    /** The t beyond which, on both sides together, lies the given probability. */
    public static double twoSidedQuantile(double probability, double degreesOfFreedom) {
        double low = 0;
        double high = 1;
        while (twoSidedP(high, degreesOfFreedom) > probability && high < 1e12) {
            high *= 2;
        }
        for (int i = 0; i < 100; i++) {
            double middle = (low + high) / 2;
            if (twoSidedP(middle, degreesOfFreedom) > probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double incompleteBeta(double x, double a, double b) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
        return x < (a + 1) / (a + b + 2)
                ? front * continuedFraction(x, a, b) / a
                : 1 - front * continuedFraction(1 - x, b, a) / b;
    }

    private static double continuedFraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / awayFromZero(1 - (a + b) * x / (a + 1));
        double fraction = d;
        for (int m = 1; m <= MOST_STEPS; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / awayFromZero(1 + even * d);
            c = awayFromZero(1 + even / c);
            fraction *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / awayFromZero(1 + odd * d);
            c = awayFromZero(1 + odd / c);
            double step = d * c;
            fraction *= step;
            if (Math.abs(step - 1) < PRECISION) {
                break;
            }
        }
        return fraction;
    }

    private static double awayFromZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    private static double logGamma(double x) {
        double base = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
        double series = 1.000000000190015;
        for (int i = 0; i < LANCZOS.length; i++) {
            series += LANCZOS[i] / (x + 1 + i);
        }
        return -base + Math.log(2.5066282746310007 * series / x);
    }
}
