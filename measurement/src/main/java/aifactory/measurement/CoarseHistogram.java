package aifactory.measurement;

import java.util.Arrays;

/**
 * Latencies in buckets that each are two percent wider than the one before, from one microsecond to one hour: for
 * timelines and breakdowns, of which there are many. What a run reports as its result comes from
 * {@link LatencyHistogram}.
 *
 * <p>Not thread-safe.
 */
public final class CoarseHistogram {
    private static final double LOG_GROWTH = Math.log(1.02);
    private static final int BUCKETS =
            (int) Math.ceil(Math.log(LatencyHistogram.HIGHEST_NANOS / 1_000.0) / LOG_GROWTH) + 2;

    /** The bucket of the upper value of each bucket of a {@link LatencyHistogram}, by its number. */
    private static final short[] BY_NUMBER = new short[EncodedBuckets.MOST_BUCKETS];

    static {
        for (int number = 0; number < BY_NUMBER.length; number++) {
            BY_NUMBER[number] = (short) bucketOf(EncodedBuckets.upperNanosOf(number));
        }
    }

    /** By so many it grows: what one client measured is within a few of the thousand buckets. */
    private static final int STEP = 32;

    private static final int[] NONE = {};

    /** Of the buckets from {@link #first} on; the others are empty. */
    private int[] counts = NONE;

    private int first;
    private long total;

    /** Adds the samples of a histogram, each at its bucket's upper value. */
    public void add(LatencyHistogram histogram) {
        Part part = histogram.coarsePart();
        if (part == null) {
            histogram.forEachBucket(this::add);
            return;
        }
        for (int i = 0; i < part.buckets.length; i++) {
            addTo(part.buckets[i], part.samples[i]);
        }
        total += part.total;
    }

    /**
     * The occupied buckets of a {@link LatencyHistogram} that goes into several coarse ones.
     *
     * @param buckets ascending
     * @param samples in each
     */
    record Part(int[] buckets, long[] samples, long total) {
        static Part of(EncodedBuckets fine) {
            int occupied = 0;
            int last = -1;
            for (int number : fine.numbers()) {
                occupied += BY_NUMBER[number] == last ? 0 : 1;
                last = BY_NUMBER[number];
            }
            int[] buckets = new int[occupied];
            long[] samples = new long[occupied];
            int at = -1;
            for (int i = 0; i < fine.numbers().length; i++) {
                int bucket = BY_NUMBER[fine.numbers()[i]];
                if (at < 0 || buckets[at] != bucket) {
                    buckets[++at] = bucket;
                }
                samples[at] += fine.counts()[i];
            }
            return new Part(buckets, samples, fine.total());
        }
    }

    /** Adds one sample; what lies outside of one microsecond to one hour goes to the first or the last bucket. */
    public void record(long nanos) {
        add(nanos, 1);
    }

    /** Adds that many samples of the same value. */
    public void record(long nanos, long count) {
        add(nanos, count);
    }

    /** Forgets every sample. */
    public void reset() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    private static int bucketOf(long nanos) {
        int bucket = nanos <= 1_000 ? 0 : 1 + (int) (Math.log(nanos / 1_000.0) / LOG_GROWTH);
        return Math.min(bucket, BUCKETS - 1);
    }

    /** The number of samples that are certainly above the value; samples in the same bucket do not count. */
    public long countAbove(long nanos) {
        long above = 0;
        for (int i = Math.max(0, bucketOf(nanos) + 1 - first); i < counts.length; i++) {
            above += counts[i];
        }
        return above;
    }

    /** The occupied buckets: each bucket's number and its count in turn. */
    public int[] encode() {
        int occupied = 0;
        for (int count : counts) {
            occupied += count > 0 ? 1 : 0;
        }
        int[] encoded = new int[occupied * 2];
        int at = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                encoded[at++] = first + i;
                encoded[at++] = counts[i];
            }
        }
        return encoded;
    }

    /**
     * What {@link #encode} gave.
     *
     * @throws IllegalArgumentException names what is wrong with it
     */
    public static CoarseHistogram decode(int[] encoded) {
        if (encoded.length % 2 != 0 || encoded.length > 2 * BUCKETS) {
            throw new IllegalArgumentException(
                    "a histogram of " + encoded.length + " numbers (expected pairs, at most " + BUCKETS + ")");
        }
        CoarseHistogram histogram = new CoarseHistogram();
        int last = -1;
        for (int i = 0; i < encoded.length; i += 2) {
            if (encoded[i] <= last || encoded[i] >= BUCKETS || encoded[i + 1] <= 0) {
                throw new IllegalArgumentException("a histogram with bucket " + encoded[i] + " of " + encoded[i + 1]
                        + " samples behind bucket " + last + " (expected ascending buckets below " + BUCKETS
                        + " that are not empty)");
            }
            last = encoded[i];
            histogram.addTo(last, encoded[i + 1]);
            histogram.total += encoded[i + 1];
        }
        return histogram;
    }

    private void add(long nanos, long count) {
        addTo(bucketOf(nanos), count);
        total += count;
    }

    private void addTo(int bucket, long samples) {
        int index = bucket - first;
        if (index < 0 || index >= counts.length) {
            makeRoomFor(bucket);
            index = bucket - first;
        }
        counts[index] = (int) Math.min(Integer.MAX_VALUE, counts[index] + samples);
    }

    private void makeRoomFor(int bucket) {
        boolean empty = counts.length == 0;
        int from = (empty ? bucket : Math.min(first, bucket)) / STEP * STEP;
        int to = (empty ? bucket : Math.max(first + counts.length - 1, bucket)) / STEP * STEP + STEP;
        int[] wider = new int[to - from];
        System.arraycopy(counts, 0, wider, empty ? 0 : first - from, counts.length);
        counts = wider;
        first = from;
    }

    /** Adds the samples of the other. */
    public void add(CoarseHistogram other) {
        for (int i = 0; i < other.counts.length; i++) {
            if (other.counts[i] > 0) {
                addTo(other.first + i, other.counts[i]);
            }
        }
        total += other.total;
    }

    public long count() {
        return total;
    }

    /** The mean in nanoseconds, 0 when empty. */
    public double meanNanos() {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            sum += (double) counts[i] * middleNanos(first + i);
        }
        return total == 0 ? 0 : sum / total;
    }

    /** The standard deviation in nanoseconds, 0 when empty. */
    public double standardDeviationNanos() {
        double mean = meanNanos();
        double squares = 0;
        for (int i = 0; i < counts.length; i++) {
            double difference = middleNanos(first + i) - mean;
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
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (total > 0 && seen >= rank) {
                return Math.round(middleNanos(first + i));
            }
        }
        return 0;
    }
}
