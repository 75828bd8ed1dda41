package aifactory.service.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The beginning of a log, where a server tells of itself, and its end, where it tells what went wrong. A log that has become large goes on
 * in a new file; what was before is in {@code FILE.1}. Stateless.
 */
public final class LogExcerpt {
    private LogExcerpt() {}

    /** A quarter of the bytes from the beginning, the rest from the end; the whole log where it is no larger. */
    public static String of(String file, int bytes) {
        Path latest = Path.of(file);
        Path earlier = Path.of(file + ".1");
        try {
            long before = Files.exists(earlier) ? Files.size(earlier) : 0;
            long size = before + Files.size(latest);
            if (size <= bytes) {
                return (before == 0 ? "" : read(earlier, 0, (int) before)) + read(latest, 0, (int) (size - before));
            }
            int head = bytes / 4;
            int tail = bytes - head;
            return between(earlier, before, latest, 0, head) + "\n[... " + (size - bytes)
                    + " bytes are left out; the whole is "
                    + (before == 0 ? file : earlier + " and " + file)
                    + " as long as that is kept ...]\n" + between(earlier, before, latest, size - tail, tail);
        } catch (IOException e) {
            return "the log " + file + " could not be read: " + e.getMessage() + "\n";
        }
    }

    /** Bytes of both files one after the other. */
    private static String between(Path earlier, long before, Path latest, long from, int count) throws IOException {
        if (from >= before) {
            return read(latest, from - before, count);
        }
        int ofEarlier = (int) Math.min(count, before - from);
        return read(earlier, from, ofEarlier) + (ofEarlier == count ? "" : read(latest, 0, count - ofEarlier));
    }

    private static String read(Path file, long from, int count) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(count);
            channel.position(from);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Goes on until the end.
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }
}
