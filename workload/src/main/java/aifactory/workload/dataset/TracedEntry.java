package aifactory.workload.dataset;

/**
 * An entry of which the file holds the lengths only.
 *
 * @param hashIds of the blocks of tokens that the prompt consists of; the same id is the same block. Empty for a prompt that
 *     shares nothing
 */
record TracedEntry(long timestampNanos, int inputTokens, int outputTokens, long[] hashIds) implements DatasetEntry {
    /** Tokens of a block, as in Mooncake's published traces. */
    static final int BLOCK_TOKENS = 512;

    @Override
    public int turns() {
        return 1;
    }
}
