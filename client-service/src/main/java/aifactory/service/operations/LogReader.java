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
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Reads the ends of log files of any size. Immutable. */
final class LogReader {
    /** Maximum size that is read of a file: some thousand lines. */
    private static final int TAIL_BYTES = 256 << 10;

    /** Of the lines from an offset on: at least so much of each file, however many files there are. */
    private static final int LEAST_BYTES = 16 << 10;

    private static final int TOTAL_BYTES = 1 << 20;
    /** Less than the least part that is read: what is shown of a longer line cannot be cut within a secret. */
    private static final int LONGEST_LINE = 8 << 10;

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
            byte[] bytes = read(channel, from, (int) (size - from));
            List<String> all = lines(bytes, 0, bytes.length, secrets);
            // The first line of a part is itself a part.
            List<String> whole = from == 0 || all.isEmpty() ? all : all.subList(1, all.size());
            return new LogView(
                    file,
                    size,
                    null,
                    List.copyOf(whole.subList(Math.max(0, whole.size() - lines), whole.size())),
                    from + afterLastLineFeed(bytes));
        } catch (NoSuchFileException e) {
            return missing(file);
        } catch (IOException | InvalidPathException e) {
            return unreadable(file, e);
        }
    }

    /**
     * Complete lines from an offset on, or from the beginning of a file that has become shorter than that. An offset
     * within a line skips the rest of it.
     *
     * @param files how many files are read for the same response, which has a bounded size
     * @param toEnd whether nothing more is expected, so that a last line without a line feed is complete
     * @param secrets that are not shown
     */
    LogView after(String file, long offset, int files, boolean toEnd, Collection<String> secrets) {
        int most = Math.clamp(TOTAL_BYTES / Math.max(1, files), LEAST_BYTES, TAIL_BYTES);
        try (SeekableByteChannel channel = directory.open(Path.of(file))) {
            long size = channel.size();
            long from = offset > size ? 0 : offset;
            // The byte before shows whether a line begins here.
            int before = from > 0 ? 1 : 0;
            byte[] bytes = read(channel, from - before, (int) Math.min(most, size - from) + before);
            boolean beginsWithinLine = before == 1 && bytes.length > 0 && bytes[0] != '\n';
            int end = Math.max(before, afterLastLineFeed(bytes));
            boolean isTooLong = end == before && bytes.length == most + before;
            if (isTooLong || (toEnd && from - before + bytes.length >= size)) {
                end = bytes.length;
            }
            List<String> all = end <= before ? List.of() : lines(bytes, before, end, secrets);
            return new LogView(
                    file,
                    size,
                    null,
                    beginsWithinLine && !all.isEmpty() ? all.subList(1, all.size()) : all,
                    from + Math.max(0, end - before));
        } catch (NoSuchFileException e) {
            return missing(file);
        } catch (IOException | InvalidPathException e) {
            return unreadable(file, e);
        }
    }

    private static LogView missing(String file) {
        return new LogView(
                file,
                0,
                "there is no such file (any more): the job has not started, or it was cleaned up",
                List.of(),
                0L);
    }

    private static LogView unreadable(String file, Exception e) {
        return new LogView(file, 0, "it cannot be read: " + e.getMessage(), List.of(), 0L);
    }

    private static byte[] read(SeekableByteChannel channel, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        channel.position(from);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // Continues to the end.
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    /** 0 without a line feed. */
    private static int afterLastLineFeed(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private static List<String> lines(byte[] bytes, int from, int end, Collection<String> secrets) {
        return Redaction.without(secrets, new String(bytes, from, end - from, StandardCharsets.UTF_8))
                .lines()
                .map(LogReader::plain)
                .map(line -> line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…")
                .toList();
    }

    /** What a terminal would take for an order is shown as what it is not. */
    private static String plain(String line) {
        return line.replaceAll("[\\p{Cntrl}&&[^\\t]]", "?");
    }
}
