package aifactory.measurement;

/**
 * The formulas of {@link Metric} for the stamps of one request. Every place that has stamps uses them: the load engine,
 * the merge of clients, reports and exports. Stamps are nanoseconds on one clock. Allocates nothing; thread-safe.
 */
public final class LatencyFormulas {
    private LatencyFormulas() {}

    /** {@link Metric#TTFT}: from the start of the request to the first chunk with content. */
    public static long timeToFirstTokenNanos(long startedNanos, long firstChunkNanos) {
        return firstChunkNanos - startedNanos;
    }

    /** {@link Metric#E2EL}: from the start of the request to the last chunk with content. */
    public static long endToEndLatencyNanos(long startedNanos, long doneNanos) {
        return doneNanos - startedNanos;
    }

    /** Whether {@link Metric#TPOT} is defined: the only token of a response follows no other. */
    public static boolean hasTimePerOutputToken(int outputTokens) {
        return outputTokens > 1;
    }

    /**
     * {@link Metric#TPOT}: {@code (E2EL - TTFT) / (output tokens - 1)}, rounded down to whole nanoseconds.
     *
     * @param outputTokens at least 2, see {@link #hasTimePerOutputToken}
     */
    public static long timePerOutputTokenNanos(long firstChunkNanos, long doneNanos, int outputTokens) {
        return timePerOutputTokenNanos(firstChunkNanos, doneNanos, outputTokens, 1);
    }

    /**
     * {@link Metric#TPOT_CORRECTED}: the same for a first chunk that carries several tokens.
     *
     * @param firstChunkTokens less than {@code outputTokens}
     */
    public static long timePerOutputTokenNanos(
            long firstChunkNanos, long doneNanos, int outputTokens, int firstChunkTokens) {
        return (doneNanos - firstChunkNanos) / (outputTokens - firstChunkTokens);
    }

    /** {@link #timePerOutputTokenNanos(long, long, int)} with its fraction of a nanosecond. */
    public static double exactTimePerOutputTokenNanos(long firstChunkNanos, long doneNanos, int outputTokens) {
        return (double) (doneNanos - firstChunkNanos) / (outputTokens - 1);
    }
}
