package aifactory.measurement.statistics;

import java.util.Arrays;

/**
 * The test of Anderson and Darling of whether samples follow a distribution that is known in full, and the distance of
 * Kolmogorov and Smirnov, which says how much they differ.
 *
 * @param probability of so large a deviation where the samples do follow the distribution (G. and J. Marsaglia,
 *      "Evaluating the Anderson-Darling Distribution", Journal of Statistical Software 9(2), 2004)
 * @param distance the largest difference between the two distribution functions, 0 to 1
 */
public record AndersonDarling(int samples, double statistic, double probability, double distance) {
    private static final double SMALLEST = 1e-12;

    /**
     * Tests gaps against the gamma distribution with mean 1; a shape of 1 is the exponential distribution.
     *
     * @param gaps at least one; not changed
     */
    public static AndersonDarling gamma(double[] gaps, double shape) {
        double[] uniform = new double[gaps.length];
        for (int i = 0; i < gaps.length; i++) {
            uniform[i] = SpecialFunctions.gammaDistribution(shape, gaps[i] * shape);
        }
        return uniform(uniform);
    }

    /** Tests samples against the uniform distribution from 0 to 1. */
    static AndersonDarling uniform(double[] samples) {
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double sum = 0;
        double distance = 0;
        for (int i = 0; i < n; i++) {
            double low = Math.clamp(sorted[i], SMALLEST, 1 - SMALLEST);
            double high = Math.clamp(sorted[n - 1 - i], SMALLEST, 1 - SMALLEST);
            sum += (2 * i + 1) * (Math.log(low) + Math.log1p(-high));
            distance = Math.max(distance, Math.max((i + 1.0) / n - sorted[i], sorted[i] - (double) i / n));
        }
        double statistic = -n - sum / n;
        double below = ofLimit(statistic);
        double probability = Math.clamp(1 - below - correction(n, below), 0, 1);
        return new AndersonDarling(n, statistic, probability, distance);
    }

    /** The distribution function of the statistic for many samples. */
    private static double ofLimit(double z) {
        if (z <= 0) {
            return 0;
        }
        if (z < 2) {
            double p = 2.00012 + (0.247105 - (0.0649821 - (0.0347962 - (0.011672 - 0.00168691 * z) * z) * z) * z) * z;
            return Math.exp(-1.2337141 / z) / Math.sqrt(z) * p;
        }
        return Math.exp(-Math.exp(1.0776
                - (2.30695 - (0.43424 - (0.082433 - (0.008056 - 0.0003146 * z) * z) * z) * z) * z));
    }

    /** What to add to it for so few samples. */
    private static double correction(int n, double x) {
        if (x > 0.8) {
            return (-130.2137 + (745.2337 - (1705.091 - (1950.646 - (1116.360 - 255.7844 * x) * x) * x) * x) * x) / n;
        }
        double c = 0.01265 + 0.1757 / n;
        if (x < c) {
            double t = x / c;
            return Math.sqrt(t) * (1 - t) * (49 * t - 102) * (0.0037 / ((double) n * n) + 0.00078 / n + 0.00006) / n;
        }
        double t = (x - c) / (0.8 - c);
        double polynomial = -0.00022633 + (6.54034 - (14.6538 - (14.458 - (8.259 - 1.91864 * t) * t) * t) * t) * t;
        return polynomial * (0.04213 + 0.01365 / n) / n;
    }
}
