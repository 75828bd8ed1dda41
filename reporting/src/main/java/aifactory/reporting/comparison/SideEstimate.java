package aifactory.reporting.comparison;

import java.util.List;

/**
 * One statistic of one side, on the scale on which sides are compared: a logarithm for what is compared as a ratio.
 *
 * @param mean over the runs; NaN where there are none
 * @param variance of the mean
 * @param enough whether there are enough values to estimate the variance
 */
record SideEstimate(double mean, double variance, double degreesOfFreedom, boolean enough) {
    private static final SideEstimate NONE = new SideEstimate(Double.NaN, Double.NaN, 1, false);

    /**
     * One statistic of one run, on the same scale.
     *
     * @param variance within the run; 0 where only the differences between runs are known
     */
    record OfRun(double value, double variance, double degreesOfFreedom, boolean enough) {
        /** Of a value without a variance. */
        static OfRun valueOnly(double value) {
            return new OfRun(value, 0, 1, true);
        }
    }

    /**
     * How two sides differ.
     *
     * @param difference of the means
     * @param low of the interval; NaN without one
     * @param probability of a difference at least as large where there is none; NaN without one
     */
    record Gap(double difference, double low, double high, double probability) {}

    /** The runs of a side. What they differ more among themselves than within is added to the variance. */
    static SideEstimate of(List<OfRun> runs) {
        int count = runs.size();
        if (count == 0) {
            return NONE;
        }
        double mean = runs.stream().mapToDouble(OfRun::value).sum() / count;
        double within = runs.stream().mapToDouble(OfRun::variance).sum() / count;
        double freedomWithin =
                runs.stream().mapToDouble(OfRun::degreesOfFreedom).sum();
        double between = 0;
        if (count > 1) {
            double squares = runs.stream()
                    .mapToDouble(run -> (run.value() - mean) * (run.value() - mean))
                    .sum();
            between = Math.max(0, squares / (count - 1) - within);
        }
        return new SideEstimate(
                mean,
                (within + between) / count,
                satterthwaite(within / count, freedomWithin, between / count, Math.max(1, count - 1)),
                runs.stream().allMatch(OfRun::enough));
    }

    /** Of values without variances: one run is not enough. */
    static SideEstimate ofValues(List<OfRun> runs) {
        SideEstimate estimate = of(runs);
        return new SideEstimate(
                estimate.mean(),
                estimate.variance(),
                estimate.degreesOfFreedom(),
                estimate.enough() && runs.size() > 1);
    }

    /** The difference of another side from this one, judged by Student's t with Satterthwaite's degrees of freedom. */
    Gap to(SideEstimate after, double confidence) {
        double difference = after.mean - mean;
        if (!enough || !after.enough) {
            return new Gap(difference, Double.NaN, Double.NaN, Double.NaN);
        }
        double error = Math.sqrt(variance + after.variance);
        double freedom = satterthwaite(variance, degreesOfFreedom, after.variance, after.degreesOfFreedom);
        double reach = error * StudentT.twoSidedQuantile(1 - confidence, freedom);
        double probability =
                error > 0 ? StudentT.twoSidedP(difference / error, freedom) : Math.abs(difference) < 1e-12 ? 1 : 0;
        return new Gap(difference, difference - reach, difference + reach, probability);
    }

    private static double satterthwaite(double one, double oneFreedom, double other, double otherFreedom) {
        double sum = one + other;
        double denominator = one * one / oneFreedom + other * other / otherFreedom;
        return denominator <= 0 ? Math.max(1, oneFreedom) : sum * sum / denominator;
    }
}
