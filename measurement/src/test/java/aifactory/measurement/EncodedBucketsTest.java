package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.junit.jupiter.api.Test;

/** Against HdrHistogram's own reader. */
final class EncodedBucketsTest {
    private static final long LOWEST = 1_000;
    private static final long SEED = 20261126;

    private static byte[] encode(Histogram histogram) {
        ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_SPEED);
        return Arrays.copyOf(buffer.array(), length);
    }

    private static EncodedBuckets decode(byte[] encoded) {
        return EncodedBuckets.decode(encoded, 0, LOWEST, LatencyHistogram.HIGHEST_NANOS, 3);
    }

    private static Histogram random(SplittableRandom random) {
        Histogram histogram = new Histogram(LOWEST, LatencyHistogram.HIGHEST_NANOS, 3);
        int samples = random.nextInt(0, 400);
        for (int i = 0; i < samples; i++) {
            long value = (long) Math.exp(random.nextDouble(0, Math.log(LatencyHistogram.HIGHEST_NANOS)));
            long count = random.nextInt(8) == 0 ? random.nextLong(1, 1L << random.nextInt(1, 50)) : 1;
            histogram.recordValueWithCount(Math.min(value, LatencyHistogram.HIGHEST_NANOS), count);
        }
        if (random.nextBoolean()) {
            histogram.recordValue(0);
            histogram.recordValue(LatencyHistogram.HIGHEST_NANOS);
        }
        return histogram;
    }

    @Test
    void everyBucketIsReadAsTheLibraryReadsIt() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            Histogram written = random(random);
            EncodedBuckets read = decode(encode(written));
            Histogram again = new Histogram(LOWEST, LatencyHistogram.HIGHEST_NANOS, 3);
            for (int i = 0; i < read.counts().length; i++) {
                again.recordValueWithCount(read.lowestNanos(i), read.counts()[i]);
            }
            assertThat(read.total()).as("round %d", round).isEqualTo(written.getTotalCount());
            var expected = written.recordedValues().iterator();
            for (HistogramIterationValue value : again.recordedValues()) {
                HistogramIterationValue other = expected.next();
                assertThat(value.getValueIteratedTo()).isEqualTo(other.getValueIteratedTo());
                assertThat(value.getCountAtValueIteratedTo()).isEqualTo(other.getCountAtValueIteratedTo());
            }
            assertThat(expected.hasNext()).isFalse();
        }
    }

    @Test
    void aDecodedHistogramIsTheSameWhateverIsDoneWithIt() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 200; round++) {
            LatencyHistogram original = new LatencyHistogram();
            int samples = random.nextInt(0, 300);
            for (int i = 0; i < samples; i++) {
                original.record(random.nextLong(0, 1L << random.nextInt(1, 41)));
            }
            LatencyHistogram decoded = LatencyHistogram.decode(original.encode());
            LatencyHistogram sum = new LatencyHistogram();
            sum.record(5);
            sum.add(decoded);
            LatencyHistogram expected = new LatencyHistogram();
            expected.record(5);
            expected.add(original);
            assertThat(sum.encode()).isEqualTo(expected.encode());
            assertThat(decoded.count()).isEqualTo(original.count());
            assertThat(buckets(LatencyHistogram.decode(original.encode()))).isEqualTo(buckets(original));
            for (double percentile : new double[] {0, 50, 99, 100}) {
                assertThat(decoded.percentileNanos(percentile)).isEqualTo(original.percentileNanos(percentile));
            }
            assertThat(decoded.encode()).isEqualTo(original.encode());
            decoded.record(7);
            original.record(7);
            assertThat(decoded.encode()).isEqualTo(original.encode());
            decoded.reset();
            assertThat(decoded.count()).isZero();
        }
    }

    private static List<Long> buckets(LatencyHistogram histogram) {
        List<Long> buckets = new ArrayList<>();
        histogram.forEachBucket((upperNanos, count) -> {
            buckets.add(upperNanos);
            buckets.add(count);
        });
        return buckets;
    }

    private static LatencyHistogram histogram(SplittableRandom random) {
        LatencyHistogram histogram = new LatencyHistogram();
        int samples = random.nextInt(0, 100);
        for (int i = 0; i < samples; i++) {
            histogram.record(
                    random.nextInt(50) == 0
                            ? LatencyHistogram.HIGHEST_NANOS
                            : random.nextLong(0, 1L << random.nextInt(1, 41)));
        }
        return histogram;
    }

    /** Samples are recorded, added directly, and added from both encodings, in random order, with reads in between. */
    @Test
    void sumsAreThoseOfTheSamplesHoweverTheyCame() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 150; round++) {
            LatencyHistogram sum = new LatencyHistogram();
            CoarseHistogram coarse = new CoarseHistogram();
            LatencyHistogram expected = new LatencyHistogram();
            CoarseHistogram expectedCoarse = new CoarseHistogram();
            for (int part = random.nextInt(1, 8); part > 0; part--) {
                LatencyHistogram original = histogram(random);
                LatencyHistogram other = switch (random.nextInt(4)) {
                    case 0 -> original;
                    case 1 -> LatencyHistogram.decode(original.encode());
                    case 2 ->
                        LatencyHistogram.decode(LatencyHistogram.decode(original.encodeBuckets())
                                .encodeBuckets());
                    default -> LatencyHistogram.decode(original.encodeBuckets());
                };
                sum.add(other);
                coarse.add(other);
                coarse.add(other);
                expected.add(original);
                original.forEachBucket((upperNanos, count) -> expectedCoarse.record(upperNanos, 2 * count));
                if (random.nextInt(3) == 0) {
                    sum.record(round);
                    expected.record(round);
                }
                if (random.nextInt(3) == 0) {
                    assertThat(sum.percentileNanos(99)).isEqualTo(expected.percentileNanos(99));
                }
                assertThat(sum.count()).isEqualTo(expected.count());
                assertThat(other.encodeBuckets()).isEqualTo(original.encodeBuckets());
            }
            assertThat(sum.encode()).as("seed %d, round %d", SEED, round).isEqualTo(expected.encode());
            assertThat(coarse.encode()).isEqualTo(expectedCoarse.encode());
            assertThat(coarse.count()).isEqualTo(expectedCoarse.count());
            sum.reset();
            assertThat(sum.encode()).isEqualTo(new LatencyHistogram().encode());
        }
    }

    @Test
    void occupiedBucketsAreReadOnlyAsTheyAreWritten() {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            LatencyHistogram original = histogram(random);
            byte[] changed = original.encodeBuckets();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                changed[random.nextInt(1, changed.length)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt(256));
            }
            if (random.nextInt(4) == 0) {
                changed = Arrays.copyOf(changed, random.nextInt(1, 2 * changed.length));
            }
            try {
                LatencyHistogram read = LatencyHistogram.decode(changed);
                assertThat(read.count()).isNotNegative();
                assertThat(read.maximumNanos()).isBetween(0L, LatencyHistogram.HIGHEST_NANOS);
                assertThat(read.meanNanos()).isBetween(0.0, LatencyHistogram.HIGHEST_NANOS * 1.001);
                assertThat(read.standardDeviationNanos()).isFinite();
                assertThat(read.percentileNanos(100)).isLessThanOrEqualTo(read.maximumNanos());
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("histogram");
                refused++;
            }
        }
        assertThat(refused).as("of 5,000").isGreaterThan(2_000);
    }

    @Test
    void whatIsDamagedIsRefusedAndNothingElseHappens() {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] whole = encode(random(random));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(1, 4); change > 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(decode(changed).total()).isNotNegative();
            } catch (IllegalArgumentException | ArithmeticException e) {
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    void anotherRangeOrPrecisionIsRefused() {
        for (Histogram other : new Histogram[] {
            new Histogram(1, LatencyHistogram.HIGHEST_NANOS, 3),
            new Histogram(LOWEST, 1_000_000_000L, 3),
            new Histogram(LOWEST, LatencyHistogram.HIGHEST_NANOS, 2)
        }) {
            other.recordValue(5_000);
            assertThatThrownBy(() -> decode(encode(other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("digits");
        }
    }
}
