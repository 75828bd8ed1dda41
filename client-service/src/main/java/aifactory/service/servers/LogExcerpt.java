package aifactory.service.servers;

import aifactory.service.logs.LogDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a log, where a server prints its configuration, and its end, where it prints errors. A large log
 * continues in a new file; the earlier part is in {@code FILE.1}. Stateless; reads nothing outside of the directory of
 * the logs.
 */
public final class LogExcerpt {
    private LogExcerpt() {}

    /** A quarter of the bytes from the beginning, the rest from the end; the whole log where it is no larger. */
    public static String of(LogDirectory logs, String file, int bytes) {
        String earlier = file + ".1";
        try (Part latest = new Part(logs.open(Path.of(file)));
                Part former = earlier(logs, Path.of(earlier))) {
            long before = former == null ? 0 : former.size();
            long size = before + latest.size();
            if (size <= bytes) {
                return (former == null ? "" : former.read(0, (int) before)) + latest.read(0, (int) (size - before));
            }
            int head = bytes / 4;
            int tail = bytes - head;
            return between(former, before, latest, 0, head) + "\n[... " + (size - bytes)
                    + " bytes are omitted; the complete log is "
                    + (before == 0 ? file : earlier + " and " + file)
                    + " as long as that is kept ...]\n" + between(former, before, latest, size - tail, tail);
        } catch (IOException e) {
            return "the log " + file + " could not be read: " + e.getMessage() + "\n";
        }
    }

    private static @Nullable Part earlier(LogDirectory logs, Path file) throws IOException {
        try {
            return new Part(logs.open(file));
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Bytes of both files one after the other. */
    private static String between(@Nullable Part earlier, long before, Part latest, long from, int count)
            throws IOException {
        if (earlier == null || from >= before) {
            return latest.read(from - before, count);
        }
        int ofEarlier = (int) Math.min(count, before - from);
        return earlier.read(from, ofEarlier) + (ofEarlier == count ? "" : latest.read(0, count - ofEarlier));
    }

    /** One of the two files. */
    private record Part(SeekableByteChannel channel) implements AutoCloseable {
        long size() throws IOException {
            return channel.size();
        }

        String read(long from, int count) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(count);
            channel.position(from);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Continues to the end.
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
