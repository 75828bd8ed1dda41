package aifactory.workload.dataset;

import java.util.Arrays;

/** Numbers of which a distribution is computed. Not thread-safe. */
final class NumberList {
    private int[] numbers = new int[1024];
    private int size;
    private double sum;

    void add(int number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        numbers[size++] = number;
        sum += number;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    double sum() {
        return sum;
    }

    DatasetSummary.Distribution distribution() {
        int[] sorted = Arrays.copyOf(numbers, size);
        Arrays.sort(sorted);
        return new DatasetSummary.Distribution(
                size, sorted[0], sum / size, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), sorted[size - 1]);
    }

    private static int at(int[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1L, (long) Math.ceil(quantile * sorted.length) - 1)];
    }
}
