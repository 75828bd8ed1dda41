package aifactory.service.testing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Damages batches in the binary form behind their first four bytes, which say what they are. Not thread-safe. */
public final class BinaryMutation {
    private static final int BEGIN = 4;
    private static final long[] DOUBLES = {
        Double.doubleToLongBits(Double.NaN),
        Double.doubleToLongBits(Double.POSITIVE_INFINITY),
        Double.doubleToLongBits(-1),
        Double.doubleToLongBits(Double.MAX_VALUE)
    };

    private final Random random;

    public BinaryMutation(Random random) {
        this.random = random;
    }

    /** One to three mutations; the batch may still be a valid one afterwards. */
    public byte[] of(byte[] batch) {
        byte[] bytes = batch.clone();
        for (int times = 1 + random.nextInt(3); times > 0 && bytes.length > BEGIN; times--) {
            bytes = mutate(bytes);
        }
        return bytes;
    }

    private byte[] mutate(byte[] bytes) {
        int at = BEGIN + random.nextInt(bytes.length - BEGIN);
        switch (random.nextInt(9)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            // The largest number there is, and one beyond it.
            case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 9 + random.nextInt(3)), (byte) 0xff);
            case 3 -> bytes[at] = 0;
            case 4 -> {
                if (bytes.length - at >= Long.BYTES) {
                    ByteBuffer.wrap(bytes).putLong(at, DOUBLES[random.nextInt(DOUBLES.length)]);
                }
            }
            case 5 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 6 -> {
                return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
            }
            // Lengths and counts no longer fit what follows.
            case 7 -> {
                return splice(bytes, at, at, 1 + random.nextInt(12));
            }
            default -> {
                return splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(12)), 0);
            }
        }
        return bytes;
    }

    /** Something else in the place of a part. */
    private byte[] splice(byte[] bytes, int from, int to, int length) {
        byte[] other = new byte[length];
        random.nextBytes(other);
        return ByteBuffer.allocate(from + length + bytes.length - to)
                .put(bytes, 0, from)
                .put(other)
                .put(bytes, to, bytes.length - to)
                .array();
    }
}
