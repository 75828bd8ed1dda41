package aifactory.workload.dataset;

import aifactory.workload.DatasetReference.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dataset that was read once from beginning to end: every entry was looked at, and is read again when it is asked for. What
 * stays in memory is an index, whatever the size of the file.
 *
 * <p>Entries may be asked for by one thread at a time.
 */
final class DatasetFile<E extends DatasetEntry> implements AutoCloseable {
    private final Path path;
    private final EntryParser<E> parser;
    private final DatasetIndex index;
    private final FileChannel channel;
    private final String sha256;
    private int latest = -1;
    private @Nullable E latestEntry;

    private DatasetFile(Path path, EntryParser<E> parser, DatasetIndex index, FileChannel channel, String sha256) {
        this.path = path;
        this.parser = parser;
        this.index = index;
        this.channel = channel;
        this.sha256 = sha256;
    }

    /**
     * Reads the file.
     *
     * @throws DatasetException names the file, the place and what is wrong
     */
    static <E extends DatasetEntry> DatasetFile<E> open(Path path, Format format, EntryParser<E> parser)
            throws DatasetException {
        DatasetIndex index = new DatasetIndex();
        MessageDigest digest = sha256();
        requireFile(path);
        try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
            switch (format) {
                case JSONL, MOONCAKE -> DatasetScan.lines(path, in, parser, index);
                case SHAREGPT -> DatasetScan.array(path, in, parser, index);
            }
            // What the parser left unread belongs to the file's checksum all the same.
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new DatasetException("dataset " + path + " cannot be read: " + e.getMessage());
        }
        if (index.size() == 0) {
            throw new DatasetException("dataset " + path + " has "
                    + (index.leftOut() == 0 ? "no entries" : index.leftOut() + " entries and none with a user's turn")
                    + ": is it the right file, and its format " + format.name().toLowerCase(Locale.ROOT) + "?");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new DatasetFile<>(
                    path, parser, index, channel, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new DatasetException("dataset " + path + " cannot be read: " + e.getMessage());
        }
    }

    static void requireFile(Path path) throws DatasetException {
        if (!Files.exists(path)) {
            throw new DatasetException("dataset " + path + " does not exist on this node");
        }
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw new DatasetException("dataset " + path + " is not a file that can be read");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    DatasetIndex index() {
        return index;
    }

    String checksum() {
        return sha256;
    }

    /**
     * An entry; reading the same one again is free.
     *
     * @throws UncheckedIOException when the file cannot be read any more, or has changed
     */
    E entry(int number) {
        E known = latestEntry;
        if (number == latest && known != null) {
            return known;
        }
        try {
            JsonNode node = JsonMapper.shared().readTree(bytes(number));
            E entry = parser.parse(node);
            if (entry.turns() != index.turns(number)) {
                throw new EntryProblemException("has changed");
            }
            latest = number;
            latestEntry = entry;
            return entry;
        } catch (IOException | EntryProblemException | JacksonException e) {
            throw new UncheckedIOException(new IOException(
                    "dataset " + path + " has changed since the run was prepared: leave it alone while runs use it",
                    e));
        }
    }

    private byte[] bytes(int number) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(index.length(number));
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, index.offset(number) + buffer.position()) < 0) {
                throw new IOException("the file is shorter than it was");
            }
        }
        return buffer.array();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
