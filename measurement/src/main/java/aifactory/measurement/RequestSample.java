package aifactory.measurement;

import java.util.Arrays;

/**
 * Requests in the order in which they were due: all of them, or, of a long run, blocks of neighbours that are spread
 * evenly over it; the first block is always among them. Bounded: when it is full every other block goes.
 *
 * <p>Not thread-safe.
 */
public final class RequestSample {
    private static final int BLOCK_BITS = 8;
    private static final int MOST = 1 << 16;

    private long[] numbers = new long[256];
    private long[] started = new long[256];
    private long[] latencies = new long[256];
    private int size;
    private long stride = 1;
    private boolean sorted = true;

    /** Stands for the latency of a request that has none. */
    public static final long NO_LATENCY = -1;

    RequestSample() {}

    /**
     * Adds a request.
     *
     * @param number its place in the order over the whole group, from 0
     * @param latencyNanos to its first chunk, to its end where it is not streamed; {@link #NO_LATENCY} without one
     */
    void add(long number, long startedNanos, long latencyNanos) {
        if (!isKept(number)) {
            return;
        }
        if (size == MOST) {
            thinOut();
            if (!isKept(number)) {
                return;
            }
        }
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size * 2);
            started = Arrays.copyOf(started, size * 2);
            latencies = Arrays.copyOf(latencies, size * 2);
        }
        numbers[size] = number;
        started[size] = startedNanos;
        latencies[size] = latencyNanos;
        size++;
        sorted = false;
    }

    private boolean isKept(long number) {
        return number >= 0 && (number >> BLOCK_BITS) % stride == 0;
    }

    private void thinOut() {
        stride *= 2;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (isKept(numbers[i])) {
                numbers[kept] = numbers[i];
                started[kept] = started[i];
                latencies[kept] = latencies[i];
                kept++;
            }
        }
        size = kept;
    }

    private void sort() {
        if (sorted) {
            return;
        }
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (one, other) -> Long.compare(numbers[one], numbers[other]));
        long[] sortedNumbers = new long[size];
        long[] sortedStarted = new long[size];
        long[] sortedLatencies = new long[size];
        for (int i = 0; i < size; i++) {
            sortedNumbers[i] = numbers[order[i]];
            sortedStarted[i] = started[order[i]];
            sortedLatencies[i] = latencies[order[i]];
        }
        numbers = sortedNumbers.length == 0 ? new long[256] : sortedNumbers;
        started = sortedStarted.length == 0 ? new long[256] : sortedStarted;
        latencies = sortedLatencies.length == 0 ? new long[256] : sortedLatencies;
        sorted = true;
    }

    public int size() {
        return size;
    }

    /** The place in the order of the request that is the i-th here. */
    public long number(int i) {
        sort();
        return numbers[i];
    }

    /** When the i-th started, since T0. */
    public long startedNanos(int i) {
        sort();
        return started[i];
    }

    /** In order, without those that have none. */
    public double[] latenciesNanos() {
        sort();
        return Arrays.stream(latencies, 0, size)
                .filter(latency -> latency >= 0)
                .asDoubleStream()
                .toArray();
    }
}
