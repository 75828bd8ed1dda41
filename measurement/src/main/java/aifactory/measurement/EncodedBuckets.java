package aifactory.measurement;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The occupied buckets of an encoded histogram, without its empty ones: a second of a client has some hundred samples,
 * and a histogram of an hour at three digits twenty thousand buckets.
 *
 * <p>{@link #write} and {@link #read} use pairs of numbers: the distance from one occupied bucket to the next, and its
 * count. {@link #decode} reads HdrHistogram's V2 encoding, deflated (see its {@code AbstractHistogram}): a cookie, the
 * length, zlib; inside a cookie, the length of the counts, the normalising offset, the digits, the lowest and the
 * highest value, a ratio, and the counts in ZigZag LEB128, of which a negative one stands for so many empty buckets.
 *
 * @param numbers of the occupied buckets, ascending
 * @param counts above 0
 * @param total of the counts
 */
record EncodedBuckets(int[] numbers, long[] counts, long total) {
    /** Numbers of buckets are below this; so that all buckets of values up to an hour have one. */
    static final int MOST_BUCKETS = 24 << 10;

    private static final int COMPRESSED_COOKIE = 0x1c849314;
    private static final int COOKIE = 0x1c849313;
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_COUNT_BYTES = 9;

    /** Of the values: 512 ns, the power of two below the lowest value that has a separate bucket. */
    private static final int UNIT_MAGNITUDE = 9;
    /** Half of the 2,048 steps that three digits need. */
    private static final int HALF_STEPS_MAGNITUDE = 10;

    private static final int HALF_STEPS = 1 << HALF_STEPS_MAGNITUDE;

    /**
     * @param encoded from the cookie on
     * @throws IllegalArgumentException when it is not such a form, or one of another range or precision
     */
    static EncodedBuckets decode(byte[] encoded, int offset, long lowestNanos, long highestNanos, int digits) {
        try {
            ByteBuffer outer = ByteBuffer.wrap(encoded, offset, encoded.length - offset);
            if (outer.getInt() != COMPRESSED_COOKIE) {
                throw new IllegalArgumentException("it has no cookie of a compressed histogram");
            }
            int length = outer.getInt();
            if (length < 0 || length != outer.remaining()) {
                throw new IllegalArgumentException("it says that it has " + length + " bytes");
            }
            ByteBuffer inner = inflate(encoded, outer.position(), length);
            if (inner.getInt() != COOKIE) {
                throw new IllegalArgumentException("it has no cookie of a histogram");
            }
            int countsLength = inner.getInt();
            int normalising = inner.getInt();
            int itsDigits = inner.getInt();
            long lowest = inner.getLong();
            long highest = inner.getLong();
            inner.getDouble();
            if (normalising != 0 || itsDigits != digits || lowest != lowestNanos || highest != highestNanos) {
                throw new IllegalArgumentException("it holds " + lowest + " to " + highest + " ns at " + itsDigits
                        + " digits, which are not this system's");
            }
            if (countsLength < 0 || countsLength > inner.remaining()) {
                throw new IllegalArgumentException("it says that its counts have " + countsLength + " bytes");
            }
            inner.limit(inner.position() + countsLength);
            return counts(inner, highestNanos);
        } catch (BufferUnderflowException | DataFormatException e) {
            throw new IllegalArgumentException("it is cut off or damaged", e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IllegalArgumentException when it is no such form
     */
    static EncodedBuckets read(PackedReader reader, long highestNanos) {
        int size = reader.readCount(MOST_BUCKETS);
        int[] numbers = new int[size];
        long[] counts = new long[size];
        long total = 0;
        long number = -1;
        for (int i = 0; i < size; i++) {
            long step = reader.readNumber();
            if (step < 1 || step > MOST_BUCKETS) {
                throw new IllegalArgumentException("its buckets do not ascend");
            }
            number += step;
            if (number >= MOST_BUCKETS || lowerNanos(number) > highestNanos) {
                throw new IllegalArgumentException("it has a bucket beyond its range");
            }
            numbers[i] = (int) number;
            counts[i] = reader.readNumber();
            if (counts[i] < 1) {
                throw new IllegalArgumentException("it has an occupied bucket without samples");
            }
            total = addExact(total, counts[i]);
        }
        return new EncodedBuckets(numbers, counts, total);
    }

    void write(PackedWriter writer) {
        writer.writeNumber(numbers.length);
        int last = -1;
        for (int i = 0; i < numbers.length; i++) {
            writer.writeNumber(numbers[i] - last).writeNumber(counts[i]);
            last = numbers[i];
        }
    }

    /** Of the bucket into which the value falls. */
    static int number(long nanos) {
        long unit = nanos >> UNIT_MAGNITUDE;
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(unit | 1) - HALF_STEPS_MAGNITUDE);
        return (int) (((long) shift << HALF_STEPS_MAGNITUDE) + (unit >> shift));
    }

    private static long addExact(long total, long count) {
        try {
            return Math.addExact(total, count);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("it has more samples than 64 bits count", e);
        }
    }

    /** The smallest value that falls into the bucket. */
    long lowestNanos(int bucket) {
        return lowerNanos(numbers[bucket]);
    }

    /** The largest value that falls into the bucket. */
    long upperNanos(int bucket) {
        return upperNanosOf(numbers[bucket]);
    }

    static long upperNanosOf(int number) {
        long lower = lowerNanos(number);
        // Buckets are 512 ns wide up to 2,048 of them, and then as wide as a 1,024th of the power of two below them.
        long width = Math.max(1L << UNIT_MAGNITUDE, Long.highestOneBit(lower) >> HALF_STEPS_MAGNITUDE);
        return lower + width - 1;
    }

    private static ByteBuffer inflate(byte[] bytes, int offset, int length) throws DataFormatException {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(bytes, offset, length);
            byte[] inflated = new byte[Math.max(256, 4 * length)];
            int size = 0;
            while (!inflater.finished()) {
                int more = inflater.inflate(inflated, size, inflated.length - size);
                size += more;
                if (more == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new DataFormatException("cut off");
                }
                if (size == inflated.length) {
                    if (size >= MOST_BYTES) {
                        throw new DataFormatException("it unpacks to more than " + MOST_BYTES + " bytes");
                    }
                    inflated = Arrays.copyOf(inflated, 2 * size);
                }
            }
            return ByteBuffer.wrap(inflated, 0, size);
        }
    }

    private static EncodedBuckets counts(ByteBuffer buffer, long highestNanos) {
        int[] numbers = new int[16];
        long[] counts = new long[16];
        int size = 0;
        long total = 0;
        long index = 0;
        while (buffer.hasRemaining()) {
            long count = zigZag(buffer);
            if (count < 0) {
                // As it is written by the encoder, no run is longer than there are buckets.
                index = Math.addExact(index, -Math.max(count, -Integer.MAX_VALUE));
                continue;
            }
            if (count > 0) {
                if (index >= MOST_BUCKETS || lowerNanos(index) > highestNanos) {
                    throw new IllegalArgumentException("it has a bucket beyond its range");
                }
                if (size == numbers.length) {
                    numbers = Arrays.copyOf(numbers, 2 * size);
                    counts = Arrays.copyOf(counts, 2 * size);
                }
                numbers[size] = (int) index;
                counts[size++] = count;
                total = Math.addExact(total, count);
            }
            index++;
        }
        return new EncodedBuckets(Arrays.copyOf(numbers, size), Arrays.copyOf(counts, size), total);
    }

    private static long zigZag(ByteBuffer buffer) {
        long value = 0;
        for (int i = 0; i < MOST_COUNT_BYTES; i++) {
            long next = buffer.get() & 0xff;
            if (i == MOST_COUNT_BYTES - 1) {
                value |= next << 56;
            } else {
                value |= (next & 0x7f) << (7 * i);
                if (next < 0x80) {
                    break;
                }
            }
        }
        return (value >>> 1) ^ -(value & 1);
    }

    static long lowerNanos(long index) {
        long bucket = (index >> HALF_STEPS_MAGNITUDE) - 1;
        long step = (index & (HALF_STEPS - 1)) + HALF_STEPS;
        if (bucket < 0) {
            step -= HALF_STEPS;
            bucket = 0;
        }
        return step << (bucket + UNIT_MAGNITUDE);
    }
}
