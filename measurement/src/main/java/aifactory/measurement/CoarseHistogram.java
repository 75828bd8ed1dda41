package aifactory.measurement;

/**
 * Latencies in buckets that each are two percent wider than the one before, from one microsecond to one hour: for timelines and
 * breakdowns, of which there are many. What a run reports as its result comes from {@link LatencyHistogram}.
 *
 * <p>Not thread-safe.
 */
public final class CoarseHistogram {
    private static final double LOG_GROWTH = Math.log(1.02);
    private static final int BUCKETS =
            (int) Math.ceil(Math.log(LatencyHistogram.HIGHEST_NANOS / 1_000.0) / LOG_GROWTH) + 2;

    private final int[] counts = new int[BUCKETS];
    private long total;

    /** Adds the samples of a histogram, each at its bucket's upper value. */
    public void add(LatencyHistogram histogram) {
        histogram.forEachBucket(this::add);
    }

    /** Adds one sample; what lies outside of one microsecond to one hour goes to the first or the last bucket. */
    public void record(long nanos) {
        add(nanos, 1);
    }

    private void add(long nanos, long count) {
        int bucket = nanos <= 1_000 ? 0 : 1 + (int) (Math.log(nanos / 1_000.0) / LOG_GROWTH);
        int index = Math.min(bucket, BUCKETS - 1);
        counts[index] = (int) Math.min(Integer.MAX_VALUE, counts[index] + count);
        total += count;
    }

    /** Adds the samples of the other. */
    public void add(CoarseHistogram other) {
        for (int i = 0; i < BUCKETS; i++) {
            counts[i] = (int) Math.min(Integer.MAX_VALUE, (long) counts[i] + other.counts[i]);
        }
        total += other.total;
    }

    public long count() {
        return total;
    }

    /** The mean in nanoseconds, 0 when empty. */
    public double meanNanos() {
        double sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += (double) counts[i] * middleNanos(i);
        }
        return total == 0 ? 0 : sum / total;
    }

    /** The standard deviation in nanoseconds, 0 when empty. */
    public double standardDeviationNanos() {
        double mean = meanNanos();
        double squares = 0;
        for (int i = 0; i < BUCKETS; i++) {
            double difference = middleNanos(i) - mean;
            squares += counts[i] * difference * difference;
        }
        return total == 0 ? 0 : Math.sqrt(squares / total);
    }

    private static double middleNanos(int bucket) {
        return bucket == 0 ? 1_000 : 1_000 * Math.exp((bucket - 0.5) * LOG_GROWTH);
    }

    /**
     * The percentile within two percent.
     *
     * @param percentile 0 to 100
     * @return nanoseconds, 0 when empty
     */
    public long percentileNanos(double percentile) {
        long rank = Math.max(1, (long) Math.ceil(percentile / 100 * total));
        long seen = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen += counts[i];
            if (total > 0 && seen >= rank) {
                return Math.round(middleNanos(i));
            }
        }
        return 0;
    }
}
