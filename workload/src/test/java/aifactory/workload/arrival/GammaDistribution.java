package aifactory.workload.arrival;

import java.util.Arrays;

/** The gamma distribution with a mean of 1, to test draws against. */
final class GammaDistribution {
    private static final double[] LANCZOS = {
        76.18009172947146,
        -86.50532032941678,
        24.01409824083091,
        -1.231739572450155,
        0.001208650973866179,
        -5.395239384953e-6
    };

    private GammaDistribution() {}

    /** Kolmogorov and Smirnov's statistic: the largest difference between the draws' and the true distribution. */
    static double largestDeviation(double[] draws, double shape) {
        double[] sorted = draws.clone();
        Arrays.sort(sorted);
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] == 0) {
                // Smaller than any number that is not 0: with a small shape that is a large share of the draws.
                continue;
            }
            double expected = cumulative(shape, sorted[i]);
            largest = Math.max(
                    largest, Math.max(expected - (double) i / sorted.length, (i + 1.0) / sorted.length - expected));
        }
        return largest;
    }

    private static double cumulative(double shape, double value) {
        return regularizedLower(shape, shape * value);
    }

    /** Press et al., "Numerical Recipes", 6.2: a series for small arguments, else a continued fraction. */
    private static double regularizedLower(double a, double x) {
        if (x <= 0) {
            return 0;
        }
        double scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
        if (x < a + 1) {
            double term = 1 / a;
            double sum = term;
            for (int n = 1; n < 10_000 && term > sum * 1e-12; n++) {
                term *= x / (a + n);
                sum += term;
            }
            return sum * scale;
        }
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double h = d;
        for (int i = 1; i < 10_000; i++) {
            double an = -i * (i - a);
            b += 2;
            d = 1 / (an * d + b);
            c = b + an / c;
            h *= d * c;
            if (Math.abs(d * c - 1) < 1e-12) {
                break;
            }
        }
        return 1 - scale * h;
    }

    private static double logGamma(double x) {
        double t = x + 5.5 - (x + 0.5) * Math.log(x + 5.5);
        double series = 1.000000000190015;
        for (int i = 0; i < LANCZOS.length; i++) {
            series += LANCZOS[i] / (x + 1 + i);
        }
        return -t + Math.log(2.5066282746310007 * series / x);
    }
}
