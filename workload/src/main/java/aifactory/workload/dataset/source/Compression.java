package aifactory.workload.dataset.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** How a file is compressed, recognised by its first bytes. */
enum Compression {
    NONE,
    GZIP,
    ZSTANDARD;

    static Compression of(byte[] head) throws DatasetException {
        if (startsWith(head, 0x1f, 0x8b)) {
            return GZIP;
        }
        if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) {
            return ZSTANDARD;
        }
        String other = startsWith(head, 'B', 'Z', 'h')
                ? "bzip2"
                : startsWith(head, 0xfd, '7', 'z', 'X', 'Z')
                        ? "xz"
                        : startsWith(head, 'P', 'K', 3, 4)
                                ? "a zip archive"
                                : startsWith(head, 0x04, 0x22, 0x4d, 0x18) ? "lz4" : null;
        if (other != null) {
            throw new DatasetException("is " + other + ": decompress it, or compress it with gzip or zstd");
        }
        return NONE;
    }

    InputStream decompress(InputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in, 1 << 16);
            case ZSTANDARD -> new ZstdInputStream(in).setContinuous(false);
        };
    }

    private static boolean startsWith(byte[] head, int... bytes) {
        if (head.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
