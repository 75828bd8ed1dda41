package aifactory.workload.prompt;

import aifactory.workload.SeededHash;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A PNG image (RFC 2083) of squares in colours drawn from a seed: not as large as noise, and no two are alike, so that
 * a server's cache of images does not hit by accident. Stateless.
 */
final class SyntheticImage {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int SQUARE = 8;
    private static final int BYTES_PER_PIXEL = 3;

    private SyntheticImage() {}

    /** The same seed and size give the same bytes. */
    static byte[] png(long seed, int width, int height) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            png.write(SIGNATURE);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(header);
            fields.writeInt(width);
            fields.writeInt(height);
            // Eight bits a channel, red, green and blue; the only compression and filter method; not interlaced.
            fields.write(new byte[] {8, 2, 0, 0, 0});
            chunk(png, "IHDR", header.toByteArray());
            chunk(png, "IDAT", pixels(seed, width, height));
            chunk(png, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    private static byte[] pixels(long seed, int width, int height) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
            // Each row begins with its filter: none.
            byte[] row = new byte[1 + width * BYTES_PER_PIXEL];
            for (int y = 0; y < height; y++) {
                if (y % SQUARE == 0) {
                    fill(row, seed, width, y / SQUARE);
                }
                deflated.write(row);
            }
        }
        return data.toByteArray();
    }

    private static void fill(byte[] row, long seed, int width, int squareRow) {
        long bits = 0;
        for (int x = 0; x < width; x++) {
            if (x % SQUARE == 0) {
                bits = SeededHash.mix(seed + ((long) squareRow << 32) + x);
            }
            row[1 + x * BYTES_PER_PIXEL] = (byte) bits;
            row[2 + x * BYTES_PER_PIXEL] = (byte) (bits >>> 8);
            row[3 + x * BYTES_PER_PIXEL] = (byte) (bits >>> 16);
        }
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) throws IOException {
        DataOutputStream out = new DataOutputStream(png);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) checksum.getValue());
    }
}
