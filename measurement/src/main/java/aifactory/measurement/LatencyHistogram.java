package aifactory.measurement;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Latencies from 0 to one hour at three significant digits, with a resolution of one microsecond at the low end.
 *
 * <p>Values are nanoseconds. In addition to the bucketed counts it keeps the exact smallest, largest, sum and sum of
 * squares, so that mean and deviation carry no bucketing error. A value below zero or above one hour is refused with a
 * named error and never clamped. Histograms merge by addition, which loses nothing: the percentiles of a merged
 * histogram are those of the pooled samples at the histogram's precision.
 *
 * <p>Not thread-safe: one thread owns an instance at a time.
 */
public final class LatencyHistogram {
    /** The largest value that can be recorded: one hour. */
    public static final long HIGHEST_NANOS = 3_600_000_000_000L;

    private static final long LOWEST_DISCERNIBLE_NANOS = 1_000;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int MOMENTS_BYTES = 4 * Long.BYTES;
    /** The first byte of {@link #encodeBuckets()}; that of {@link #encode()} is below 128. */
    private static final int BUCKETS_FORM = 0x81;

    private static final int SHORTEST_BYTES = 13;
    private static final int MAXIMUM_ENCODED_BYTES = 1 << 20;
    /** Of sums in floating point over many millions of samples, relative. */
    private static final double ROUNDING = 1e-6;

    /** A decoded histogram that is only added to another needs no bucket array; null if there is one. */
    private @Nullable EncodedBuckets decoded;
    /** Null while {@link #decoded} is not. */
    private @Nullable Histogram dense;
    /** What decoded ones added, by the number of the bucket, until a caller asks; null where none did. */
    private long @Nullable [] added;

    private long addedTotal;
    private CoarseHistogram.@Nullable Part coarse;

    private long smallestNanos = Long.MAX_VALUE;
    private long largestNanos;
    private long sumNanos;
    private double sumOfSquares;

    private Histogram buckets() {
        Histogram buckets = dense;
        if (buckets == null) {
            buckets = new Histogram(LOWEST_DISCERNIBLE_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
            dense = buckets;
        }
        EncodedBuckets sparse = decoded;
        if (sparse != null) {
            decoded = null;
            coarse = null;
            for (int i = 0; i < sparse.counts().length; i++) {
                buckets.recordValueWithCount(sparse.lowestNanos(i), sparse.counts()[i]);
            }
        }
        if (addedTotal > 0) {
            long[] counts = Objects.requireNonNull(added);
            for (int number = 0; number < counts.length; number++) {
                if (counts[number] > 0) {
                    buckets.recordValueWithCount(EncodedBuckets.lowerNanos(number), counts[number]);
                    counts[number] = 0;
                }
            }
            addedTotal = 0;
        }
        return buckets;
    }

    private void addSparse(EncodedBuckets sparse) {
        long[] counts = added;
        if (counts == null) {
            counts = new long[EncodedBuckets.MOST_BUCKETS];
            added = counts;
        }
        int[] numbers = sparse.numbers();
        long[] more = sparse.counts();
        for (int i = 0; i < numbers.length; i++) {
            counts[numbers[i]] += more[i];
        }
        addedTotal += sparse.total();
    }

    /**
     * Records one value.
     *
     * @param nanos 0 to {@link #HIGHEST_NANOS}
     * @throws LatencyOutOfRangeException below 0 or above one hour; nothing is recorded then
     */
    public void record(long nanos) {
        if (nanos < 0 || nanos > HIGHEST_NANOS) {
            throw new LatencyOutOfRangeException(nanos);
        }
        buckets().recordValue(nanos);
        smallestNanos = Math.min(smallestNanos, nanos);
        largestNanos = Math.max(largestNanos, nanos);
        sumNanos += nanos;
        sumOfSquares += (double) nanos * nanos;
    }

    /** Adds every sample of the other histogram to this one. */
    public void add(LatencyHistogram other) {
        if (other.count() == 0) {
            return;
        }
        if (decoded != null) {
            // No longer what was decoded.
            buckets();
        }
        EncodedBuckets sparse = other.decoded;
        if (sparse == null) {
            buckets().add(other.buckets());
        } else {
            addSparse(sparse);
        }
        smallestNanos = Math.min(smallestNanos, other.smallestNanos);
        largestNanos = Math.max(largestNanos, other.largestNanos);
        sumNanos = RequestCounts.sum(sumNanos, other.sumNanos);
        sumOfSquares += other.sumOfSquares;
    }

    /** Whether the samples of the other can be added without a count or a sum beyond 64 bits. */
    public boolean hasRoomFor(LatencyHistogram other) {
        return RequestCounts.sum(count(), other.count()) < Long.MAX_VALUE
                && RequestCounts.sum(sumNanos, other.sumNanos) < Long.MAX_VALUE;
    }

    /** Forgets every sample, keeping the memory for reuse. */
    public void reset() {
        if (dense != null) {
            dense.reset();
        }
        if (added != null) {
            Arrays.fill(added, 0);
            addedTotal = 0;
        }
        decoded = null;
        coarse = null;
        smallestNanos = Long.MAX_VALUE;
        largestNanos = 0;
        sumNanos = 0;
        sumOfSquares = 0;
    }

    public long count() {
        EncodedBuckets sparse = decoded;
        if (sparse != null) {
            return sparse.total();
        }
        return addedTotal + (dense == null ? 0 : dense.getTotalCount());
    }

    /** The exact sum of all samples in nanoseconds. */
    public long sumNanos() {
        return sumNanos;
    }

    /** The exact smallest sample in nanoseconds, 0 when empty. */
    public long minimumNanos() {
        return count() == 0 ? 0 : smallestNanos;
    }

    /** The exact largest sample in nanoseconds, 0 when empty. */
    public long maximumNanos() {
        return largestNanos;
    }

    /** The mean in nanoseconds, 0 when empty. */
    public double meanNanos() {
        return count() == 0 ? 0 : (double) sumNanos / count();
    }

    /** The standard deviation of the population in nanoseconds, 0 when empty. */
    public double standardDeviationNanos() {
        if (count() == 0) {
            return 0;
        }
        double mean = meanNanos();
        return Math.sqrt(Math.max(0, sumOfSquares / count() - mean * mean));
    }

    /**
     * The smallest recorded value, at the histogram's precision, such that the given share of all samples is no greater
     * (nearest rank). Never beyond the exact largest sample.
     *
     * @param percentile 0 to 100
     * @return nanoseconds, 0 when empty
     */
    public long percentileNanos(double percentile) {
        if (count() == 0) {
            return 0;
        }
        long value = buckets().getValueAtPercentile(percentile);
        return Math.clamp(value, smallestNanos, largestNanos);
    }

    /** The number of samples no greater than the given value, at the histogram's precision. */
    public long countAtOrBelow(long nanos) {
        return count() == 0 ? 0 : buckets().getCountBetweenValues(0, Math.min(nanos, HIGHEST_NANOS));
    }

    /** A compact binary form: the four exact moments, then HdrHistogram's V2 encoding, deflated. */
    public byte[] encode() {
        // HdrHistogram writes to the start of the array behind a buffer and ignores the buffer's offset: therefore a
        // separate array.
        ByteBuffer encoded = ByteBuffer.allocate(buckets().getNeededByteBufferCapacity());
        int length = buckets().encodeIntoCompressedByteBuffer(encoded, Deflater.BEST_SPEED);
        return ByteBuffer.allocate(MOMENTS_BYTES + length)
                .putLong(smallestNanos)
                .putLong(largestNanos)
                .putLong(sumNanos)
                .putDouble(sumOfSquares)
                .put(encoded.array(), 0, length)
                .array();
    }

    /** A binary form that is read faster: the four exact moments, then the occupied buckets. */
    public byte[] encodeBuckets() {
        EncodedBuckets occupied = occupied();
        PackedWriter writer = new PackedWriter(64 + 3 * occupied.counts().length).writeByte(BUCKETS_FORM);
        writer.writeNumber(smallestNanos)
                .writeNumber(largestNanos)
                .writeNumber(sumNanos)
                .writeDouble(sumOfSquares);
        occupied.write(writer);
        return writer.toBytes();
    }

    private EncodedBuckets occupied() {
        EncodedBuckets sparse = decoded;
        if (sparse != null) {
            return sparse;
        }
        int[] numbers = new int[64];
        long[] counts = new long[64];
        int size = 0;
        for (var bucket : buckets().recordedValues()) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * size);
                counts = Arrays.copyOf(counts, 2 * size);
            }
            numbers[size] = EncodedBuckets.number(bucket.getValueIteratedTo());
            counts[size++] = bucket.getCountAtValueIteratedTo();
        }
        return new EncodedBuckets(Arrays.copyOf(numbers, size), Arrays.copyOf(counts, size), count());
    }

    /**
     * Reads what {@link #encode()} or {@link #encodeBuckets()} wrote.
     *
     * @throws IllegalArgumentException when the bytes are not such a form
     */
    public static LatencyHistogram decode(byte[] encoded) {
        if (encoded.length < SHORTEST_BYTES || encoded.length > MAXIMUM_ENCODED_BYTES) {
            throw new IllegalArgumentException("a latency histogram of " + encoded.length + " bytes");
        }
        if ((encoded[0] & 0xff) == BUCKETS_FORM) {
            return decodeBuckets(encoded);
        }
        if (encoded.length <= MOMENTS_BYTES) {
            throw new IllegalArgumentException("a latency histogram of " + encoded.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(encoded);
        long smallest = buffer.getLong();
        long largest = buffer.getLong();
        long sum = buffer.getLong();
        double squares = buffer.getDouble();
        EncodedBuckets buckets;
        try {
            buckets = EncodedBuckets.decode(
                    encoded, MOMENTS_BYTES, LOWEST_DISCERNIBLE_NANOS, HIGHEST_NANOS, SIGNIFICANT_DIGITS);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not an encoded latency histogram: " + e.getMessage(), e);
        }
        return of(buckets, smallest, largest, sum, squares);
    }

    private static LatencyHistogram decodeBuckets(byte[] encoded) {
        try {
            PackedReader reader = new PackedReader(encoded);
            reader.readByte();
            long smallest = reader.readNumber();
            long largest = reader.readNumber();
            long sum = reader.readNumber();
            double squares = reader.readDouble();
            EncodedBuckets buckets = EncodedBuckets.read(reader, HIGHEST_NANOS);
            reader.end();
            return of(buckets, smallest, largest, sum, squares);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an encoded latency histogram: " + e.getMessage(), e);
        }
    }

    private static LatencyHistogram of(EncodedBuckets buckets, long smallest, long largest, long sum, double squares) {
        checkMoments(buckets, smallest, largest, sum, squares);
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.decoded = buckets;
        histogram.smallestNanos = smallest;
        histogram.largestNanos = largest;
        histogram.sumNanos = sum;
        histogram.sumOfSquares = squares;
        return histogram;
    }

    /**
     * Moments that do not belong to the buckets would make percentiles and means that cannot be, long after they were
     * taken.
     */
    private static void checkMoments(EncodedBuckets buckets, long smallest, long largest, long sum, double squares) {
        int last = buckets.counts().length - 1;
        boolean fit;
        if (last < 0) {
            fit = smallest == Long.MAX_VALUE && largest == 0 && sum == 0 && squares == 0;
        } else {
            double count = buckets.total();
            double mean = sum / count;
            fit = smallest >= buckets.lowestNanos(0)
                    && smallest <= buckets.upperNanos(0)
                    && largest >= buckets.lowestNanos(last)
                    && largest <= Math.min(buckets.upperNanos(last), HIGHEST_NANOS)
                    && smallest <= largest
                    && mean >= smallest * (1 - ROUNDING)
                    && mean <= largest * (1 + ROUNDING)
                    && squares >= sum * mean * (1 - ROUNDING)
                    && squares <= count * largest * largest * (1 + ROUNDING);
        }
        if (!fit) {
            throw new IllegalArgumentException("a latency histogram whose smallest (" + smallest + " ns), largest ("
                    + largest + " ns), sum (" + sum + " ns) and sum of squares (" + squares
                    + ") are not those of its " + buckets.total() + " samples");
        }
    }

    /** What was decoded, as a coarse histogram takes it; null where samples were recorded or added one by one. */
    CoarseHistogram.@Nullable Part coarsePart() {
        EncodedBuckets sparse = decoded;
        if (sparse != null && coarse == null) {
            coarse = CoarseHistogram.Part.of(sparse);
        }
        return coarse;
    }

    /** A view of the bucket counts as (upper value in nanoseconds, count) pairs, in ascending order. */
    public void forEachBucket(BucketConsumer consumer) {
        EncodedBuckets sparse = decoded;
        if (sparse != null) {
            for (int i = 0; i < sparse.counts().length; i++) {
                consumer.accept(sparse.upperNanos(i), sparse.counts()[i]);
            }
            return;
        }
        for (var bucket : buckets().recordedValues()) {
            consumer.accept(bucket.getValueIteratedTo(), bucket.getCountAtValueIteratedTo());
        }
    }

    /** Receives the non-empty buckets of a histogram. */
    @FunctionalInterface
    public interface BucketConsumer {
        void accept(long upperNanos, long count);
    }
}
