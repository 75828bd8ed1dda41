package aifactory.service.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The beginning of a log, where a server tells of itself, and its end, where it tells what went wrong. Stateless. */
public final class LogExcerpt {
    private LogExcerpt() {}

    /** A quarter of the bytes from the beginning, the rest from the end; the whole file where it is no larger. */
    public static String of(String file, int bytes) {
        try (SeekableByteChannel channel = Files.newByteChannel(Path.of(file))) {
            long size = channel.size();
            if (size <= bytes) {
                return read(channel, 0, (int) size);
            }
            int head = bytes / 4;
            int tail = bytes - head;
            return read(channel, 0, head) + "\n[... " + (size - bytes) + " bytes are left out; the whole is " + file
                    + " as long as that is kept ...]\n" + read(channel, size - tail, tail);
        } catch (IOException e) {
            return "the log " + file + " could not be read: " + e.getMessage() + "\n";
        }
    }

    private static String read(SeekableByteChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        channel.position(from);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Goes on until the end.
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }
}
