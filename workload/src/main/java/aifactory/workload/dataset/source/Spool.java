package aifactory.workload.dataset.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file with the records that cannot be read again where they are, because their file is compressed. It has
 * no name once it is open, so that it disappears with its process.
 */
final class Spool implements Closeable {
    /** A file of that size is beyond what a benchmark sends, or was compressed to do harm. */
    static final long MOST_BYTES = 32L << 30;

    private @Nullable FileChannel channel;
    private long size;

    long size() {
        return size;
    }

    FileChannel channel() throws IOException {
        if (channel == null) {
            Path file = Files.createTempFile("aifactory-dataset-", ".spool");
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Files.delete(file);
        }
        return channel;
    }

    /** Appends bytes; returns their place. */
    long append(byte[] bytes, int offset, int length) throws IOException {
        if (size + length > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes decompressed: divide it");
        }
        long place = size;
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            size += channel().write(buffer, size);
        }
        return place;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
