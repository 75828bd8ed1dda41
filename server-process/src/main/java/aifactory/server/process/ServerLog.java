package aifactory.server.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what a server writes into a file of bounded size, and remembers the last lines. Written to by one thread, asked
 * by others.
 *
 * <p>A file that is full becomes {@code FILE.1}, over an earlier one: the beginning of a server that writes very much
 * is lost, its end never.
 */
public final class ServerLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLog.class);
    private static final long LARGEST_BYTES = 64L << 20;
    private static final int REMEMBERED_LINES = 200;
    private static final int LONGEST_LINE = 500;

    private final Path file;

    @GuardedBy("this")
    private final Deque<String> lines = new ArrayDeque<>();

    @GuardedBy("this")
    private final StringBuilder line = new StringBuilder();

    @GuardedBy("this")
    private OutputStream output;

    @GuardedBy("this")
    private long written;

    @GuardedBy("this")
    private boolean broken;

    private ServerLog(Path file, OutputStream output, long written) {
        this.file = file;
        this.output = output;
        this.written = written;
    }

    /** Appends to the file, which is made where it is missing. */
    public static ServerLog open(Path file) throws IOException {
        long size = Files.exists(file) ? Files.size(file) : 0;
        return new ServerLog(file, stream(file), size);
    }

    private static OutputStream stream(Path file) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** Where a full file goes. */
    public static Path earlier(Path file) {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    public Path file() {
        return file;
    }

    /** A line of this program's own, so that a reader of the file sees where a server begins. */
    public synchronized void note(String text) {
        byte[] bytes = ("[aifactory] " + text + "\n").getBytes(StandardCharsets.UTF_8);
        write(bytes, bytes.length);
    }

    /** Another server begins: what its predecessor said is not remembered any more. It stays in the file. */
    synchronized void begin(String text) {
        lines.clear();
        line.setLength(0);
        note(text);
    }

    /** Copies until the server closes its output. */
    void copy(InputStream input) throws IOException {
        byte[] buffer = new byte[8192];
        int count = input.read(buffer);
        while (count >= 0) {
            take(buffer, count);
            count = input.read(buffer);
        }
    }

    private synchronized void take(byte[] buffer, int count) {
        write(buffer, count);
        for (char character : new String(buffer, 0, count, StandardCharsets.UTF_8).toCharArray()) {
            if (character == '\n' || character == '\r') {
                endLine();
            } else if (line.length() < LONGEST_LINE) {
                line.append(Character.isISOControl(character) && character != '\t' ? '?' : character);
            }
        }
    }

    @GuardedBy("this")
    private void endLine() {
        if (!line.toString().isBlank()) {
            lines.addLast(line.toString());
            if (lines.size() > REMEMBERED_LINES) {
                lines.removeFirst();
            }
        }
        line.setLength(0);
    }

    /** A log that cannot be written is no reason to end a server. */
    @GuardedBy("this")
    private void write(byte[] bytes, int count) {
        if (broken) {
            return;
        }
        try {
            if (written + count > LARGEST_BYTES) {
                output.close();
                Files.move(file, earlier(file), StandardCopyOption.REPLACE_EXISTING);
                output = stream(file);
                written = 0;
            }
            output.write(bytes, 0, count);
            output.flush();
            written += count;
        } catch (IOException e) {
            broken = true;
            LOG.error("the server's output is not kept from here on: {} cannot be written: {}", file, e.getMessage());
        }
    }

    /** The last lines that were written, without what a terminal would take for an order. */
    public synchronized List<String> lastLines(int count) {
        List<String> all = new ArrayList<>(lines);
        if (!line.toString().isBlank()) {
            all.add(line.toString());
        }
        return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
    }

    @Override
    public synchronized void close() {
        try {
            output.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed: {}", file, e.getMessage());
        }
    }
}
