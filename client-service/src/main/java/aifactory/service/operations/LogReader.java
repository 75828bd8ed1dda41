package aifactory.service.operations;

import aifactory.protocol.LogView;
import aifactory.service.logs.LogDirectory;
import aifactory.service.redaction.Redaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Reads the ends of log files of any size. Immutable. */
final class LogReader {
    /** Maximum size that is read of a file: some thousand lines. */
    private static final int TAIL_BYTES = 256 << 10;

    private final LogDirectory directory;

    LogReader(LogDirectory directory) {
        this.directory = directory;
    }

    /**
     * The end of a log.
     *
     * @param lines maximum number of lines
     * @param secrets that are not shown
     */
    LogView tail(String file, int lines, Collection<String> secrets) {
        try (SeekableByteChannel channel = directory.open(Path.of(file))) {
            long size = channel.size();
            long from = Math.max(0, size - TAIL_BYTES);
            ByteBuffer buffer = ByteBuffer.allocate((int) (size - from));
            channel.position(from);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Continues to the end.
            }
            String text = Redaction.without(
                    secrets, new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
            List<String> all = text.lines().map(LogReader::plain).toList();
            // The first line of a part is itself a part.
            List<String> whole = from == 0 || all.isEmpty() ? all : all.subList(1, all.size());
            return new LogView(
                    file, size, null, List.copyOf(whole.subList(Math.max(0, whole.size() - lines), whole.size())));
        } catch (NoSuchFileException e) {
            return new LogView(
                    file,
                    0,
                    "there is no such file (any more): the job has not started, or it was cleaned up",
                    List.of());
        } catch (IOException | InvalidPathException e) {
            return new LogView(file, 0, "it cannot be read: " + e.getMessage(), List.of());
        }
    }

    /** What a terminal would take for an order is shown as what it is not. */
    private static String plain(String line) {
        return line.replaceAll("[\\p{Cntrl}&&[^\\t]]", "?");
    }
}
