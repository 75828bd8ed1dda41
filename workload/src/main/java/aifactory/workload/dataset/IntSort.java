package aifactory.workload.dataset;

import java.util.Arrays;

/** Sorts numbers by a comparison of what they stand for, stable and without an object per number. Stateless. */
final class IntSort {
    private IntSort() {}

    /** Compares what two numbers stand for. */
    interface Comparison {
        int compare(int one, int other);
    }

    static void sort(int[] numbers, Comparison comparison) {
        boolean sorted = true;
        for (int i = 1; i < numbers.length && sorted; i++) {
            sorted = comparison.compare(numbers[i - 1], numbers[i]) <= 0;
        }
        if (!sorted) {
            mergeSort(Arrays.copyOf(numbers, numbers.length), numbers, 0, numbers.length, comparison);
        }
    }

    private static void mergeSort(int[] from, int[] to, int start, int end, Comparison comparison) {
        if (end - start < 2) {
            return;
        }
        int middle = (start + end) >>> 1;
        mergeSort(to, from, start, middle, comparison);
        mergeSort(to, from, middle, end, comparison);
        int left = start;
        int right = middle;
        for (int i = start; i < end; i++) {
            boolean takesLeft = right == end || (left < middle && comparison.compare(from[left], from[right]) <= 0);
            to[i] = takesLeft ? from[left++] : from[right++];
        }
    }
}
