package aifactory.workload.dataset;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A number for each of millions of records, most often the usual one. Blocks in which every number is the usual one take
 * no memory. Growing copies no numbers: the copies of a single array would remain in the heap until its next full
 * collection.
 *
 * <p>Not thread-safe.
 */
final class IntColumn {
    private static final int BLOCK_BITS = 14;
    private static final int BLOCK = 1 << BLOCK_BITS;

    private final int usual;
    private int[] @Nullable [] blocks = new int[4][];

    /**
     * @param usual the number of each record that none was set for
     */
    IntColumn(int usual) {
        this.usual = usual;
    }

    int get(int record) {
        int block = record >> BLOCK_BITS;
        int[] numbers = block < blocks.length ? blocks[block] : null;
        return numbers == null ? usual : numbers[record & (BLOCK - 1)];
    }

    void set(int record, int number) {
        if (number == get(record)) {
            return;
        }
        int block = record >> BLOCK_BITS;
        if (block >= blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(block + 1, 2 * blocks.length));
        }
        int[] numbers = blocks[block];
        if (numbers == null) {
            numbers = new int[BLOCK];
            Arrays.fill(numbers, usual);
            blocks[block] = numbers;
        }
        numbers[record & (BLOCK - 1)] = number;
    }
}
