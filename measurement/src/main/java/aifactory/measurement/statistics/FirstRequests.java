package aifactory.measurement.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Whether the first requests of a run took longer than the rest. The first few are compared with all other groups of as
 * many neighbours: where the run is the same throughout, they are the slowest group of n with probability 1/n, for any
 * distribution and any dependence between the latencies of neighbours.
 *
 * @param count how many of the first requests
 * @param firstMean of their latencies
 * @param otherMean of the others' latencies
 */
public record FirstRequests(int count, double firstMean, double otherMean) {
    /** Of the test of a group. With that of the first request alone, 3 % of the runs that are the same throughout. */
    private static final double SIGNIFICANCE = 0.02;

    private static final double SIGNIFICANCE_OF_FIRST_BESIDE_GROUP = 0.01;
    private static final int FEWEST_GROUPS = 50;
    private static final double SMALLEST_EXCESS = 0.1;
    private static final int LARGEST_GROUP = 256;

    /**
     * Tests the single first request, and a group that is as large as the number of requests permits.
     *
     * @param latencies in the order in which the requests were due
     * @return the larger group of first requests that took longer, null when neither did or there are too few requests
     */
    public static @Nullable FirstRequests of(double[] latencies) {
        int size = 1;
        while (size * 4 <= LARGEST_GROUP && latencies.length / (size * 4) >= FEWEST_GROUPS) {
            size *= 4;
        }
        FirstRequests group = of(latencies, size, SIGNIFICANCE);
        return group == null && size > 1 ? of(latencies, 1, SIGNIFICANCE_OF_FIRST_BESIDE_GROUP) : group;
    }

    private static @Nullable FirstRequests of(double[] latencies, int size, double significance) {
        int groups = latencies.length / size;
        if (groups < FEWEST_GROUPS) {
            return null;
        }
        double first = mean(latencies, 0, size);
        int noFaster = 0;
        double sum = 0;
        for (int group = 1; group < groups; group++) {
            double mean = mean(latencies, group * size, size);
            sum += mean;
            noFaster += mean >= first ? 1 : 0;
        }
        double others = sum / (groups - 1);
        boolean slow = (noFaster + 1.0) / groups <= significance && first >= others * (1 + SMALLEST_EXCESS);
        return slow ? new FirstRequests(size, first, others) : null;
    }

    private static double mean(double[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += values[i];
        }
        return sum / count;
    }
}
