package aifactory.workload.dataset;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A 64-bit number for each of millions of records, as {@link IntColumn} keeps those of 32 bits. Not thread-safe.
 */
final class LongColumn {
    private static final int BLOCK_BITS = 14;
    private static final int BLOCK = 1 << BLOCK_BITS;

    private final long usual;
    private long[] @Nullable [] blocks = new long[4][];

    /**
     * @param usual the number of each record that none was set for
     */
    LongColumn(long usual) {
        this.usual = usual;
    }

    long get(int record) {
        int block = record >> BLOCK_BITS;
        long[] numbers = block < blocks.length ? blocks[block] : null;
        return numbers == null ? usual : numbers[record & (BLOCK - 1)];
    }

    void set(int record, long number) {
        if (number == get(record)) {
            return;
        }
        int block = record >> BLOCK_BITS;
        if (block >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(block + 1, 2 * blocks.length));
        }
        long[] numbers = blocks[block];
        if (numbers == null) {
            numbers = new long[BLOCK];
            Arrays.fill(numbers, usual);
            blocks[block] = numbers;
        }
        numbers[record & (BLOCK - 1)] = number;
    }
}
