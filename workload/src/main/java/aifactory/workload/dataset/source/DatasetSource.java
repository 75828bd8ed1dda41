package aifactory.workload.dataset.source;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The files of a dataset, of which every record is read once. */
public final class DatasetSource {
    private static final int HEAD_BYTES = 64 << 10;

    private final Path dataset;
    private final List<Path> files;
    private final String entryName;

    private DatasetSource(Path dataset, List<Path> files, String entryName) {
        this.dataset = dataset;
        this.files = files;
        this.entryName = entryName;
    }

    /** Receives the records of all files. */
    public interface Consumer {
        /**
         * A record.
         *
         * @param position by which the store finds it, -1 where it is not kept
         * @param place of it in a message, such as "line 3"
         */
        void record(JsonNode record, long position, int length, Place place) throws DatasetException, IOException;

        /** A record that cannot be read, and what is wrong with it. */
        void broken(Place place, String problem) throws DatasetException;
    }

    /**
     * The place of a record, for messages.
     *
     * @param file name of the file followed by a comma; empty where there is one file
     * @param unit such as "line"
     */
    public record Place(String file, String unit, long number) {
        @Override
        public String toString() {
            return file + unit + " " + number;
        }
    }

    /**
     * The files of a dataset.
     *
     * @param entryName the word for the entries of a list in messages, such as "conversation"
     * @throws DatasetException without the path of the dataset in its message
     */
    public static DatasetSource of(Path dataset, String entryName) throws DatasetException {
        return new DatasetSource(dataset, DatasetFiles.of(dataset), entryName);
    }

    /** The first record of the first file; empty where it cannot be read. */
    public Optional<JsonNode> firstRecord() throws DatasetException {
        Path file = files.getFirst();
        try (InputStream raw = Files.newInputStream(file);
                Opened opened = open(file, raw)) {
            return opened.parquet ? ParquetRecords.first(file) : Layout.firstRecord(opened.layout, opened.head);
        } catch (IOException e) {
            throw new DatasetException(prefix(file) + "cannot be read: " + e.getMessage());
        }
    }

    /**
     * Reads all records.
     *
     * @param keep whether records are read again from their places; else the consumer keeps what it needs
     * @return the SHA-256 of the file, or of the names and the contents of all files, in hexadecimal
     * @throws DatasetException without the path of the dataset in its message
     */
    public String read(RecordStore store, boolean keep, Consumer consumer) throws DatasetException {
        MessageDigest whole = sha256();
        long start = 0;
        byte[] last = new byte[0];
        for (Path file : files) {
            try {
                MessageDigest digest = sha256();
                start += read(file, start, digest, store, keep, consumer) + 1;
                last = digest.digest();
            } catch (IOException e) {
                throw new DatasetException(prefix(file) + "cannot be read: " + e.getMessage());
            } catch (DatasetException e) {
                throw new DatasetException(prefix(file) + e.getMessage());
            }
            whole.update((dataset.relativize(file) + "\0").getBytes(StandardCharsets.UTF_8));
            whole.update(last);
        }
        return HexFormat.of().formatHex(files.size() == 1 && files.getFirst().equals(dataset) ? last : whole.digest());
    }

    /** Reads one file; returns the bytes that it has decompressed. */
    private long read(Path file, long start, MessageDigest digest, RecordStore store, boolean keep, Consumer consumer)
            throws IOException, DatasetException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
        long length;
        try (InputStream raw = new DigestInputStream(Files.newInputStream(file), digest);
                Opened opened = open(file, raw)) {
            if (opened.parquet) {
                readParquet(file, store, consumer);
                length = 0;
            } else {
                length = readText(file, start, opened, store, keep, consumer);
            }
            // What the reader left unread belongs to the checksum too.
            raw.transferTo(OutputStream.nullOutputStream());
        }
        BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
        if (before.size() != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
            throw new DatasetException("changed while it was read, from " + before.size() + " to " + after.size()
                    + " bytes: wait until it is complete");
        }
        return length;
    }

    private long readText(Path file, long start, Opened opened, RecordStore store, boolean keep, Consumer consumer)
            throws IOException, DatasetException {
        Counted in = new Counted(opened.in);
        InputStream text = in;
        if (keep && opened.compression != Compression.NONE) {
            text = new Teed(in, store.spool());
        }
        Records records;
        Records.Decoder decoder = JsonRecords::decode;
        if (opened.layout == Layout.TABLE) {
            CsvRecords table = new CsvRecords(text);
            records = table;
            decoder = table.decoder();
        } else {
            records = switch (opened.layout) {
                case LINES -> JsonRecords.lines(text);
                case LIST -> JsonRecords.list(text, entryName);
                case VALUES, TABLE -> JsonRecords.values(text, entryName);
            };
        }
        if (keep) {
            boolean plain = opened.compression == Compression.NONE;
            store.add(
                    start,
                    plain ? opened.byteOrderMark : store.spool().size(),
                    plain
                            ? FileChannel.open(file, StandardOpenOption.READ)
                            : store.spool().channel(),
                    decoder);
        }
        records.read(new Placed(start, prefix(file), unit(opened.layout), consumer));
        return in.bytes;
    }

    /** Rows cannot be read one by one again: they are kept as JSON. */
    private void readParquet(Path file, RecordStore store, Consumer consumer) throws IOException, DatasetException {
        String prefix = prefix(file);
        ParquetRecords.read(file, (row, number) -> {
            byte[] json = JsonRecords.MAPPER.writeValueAsBytes(row);
            consumer.record(row, store.append(json), json.length, new Place(prefix, "row", number));
        });
    }

    private String unit(Layout layout) {
        return switch (layout) {
            case LINES -> "line";
            case TABLE -> "row";
            case LIST, VALUES -> entryName;
        };
    }

    private String prefix(Path file) {
        return file.equals(dataset) ? "" : dataset.relativize(file) + ", ";
    }

    /** Recognises a file by its beginning. The raw bytes remain the caller's to close. */
    private static Opened open(Path file, InputStream source) throws IOException, DatasetException {
        InputStream raw = new Borrowed(source);
        byte[] rawHead = raw.readNBytes(HEAD_BYTES);
        if (ParquetRecords.recognises(rawHead)) {
            return new Opened(raw, rawHead, Layout.TABLE, Compression.NONE, 0, true);
        }
        Compression compression = Compression.of(rawHead);
        InputStream text = compression.decompress(new SequenceInputStream(new ByteArrayInputStream(rawHead), raw));
        byte[] head = text.readNBytes(HEAD_BYTES);
        int mark = Encoding.byteOrderMark(head);
        byte[] beginning = java.util.Arrays.copyOfRange(head, mark, head.length);
        String name = DatasetFiles.uncompressed(file.getFileName().toString());
        Layout layout = Layout.of(name, beginning, head.length < HEAD_BYTES);
        InputStream in = new SequenceInputStream(new ByteArrayInputStream(beginning), text);
        return new Opened(in, beginning, layout, compression, mark, false);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * A file whose beginning is known.
     *
     * @param in its text without a byte order mark, from the beginning
     */
    private record Opened(
            InputStream in, byte[] head, Layout layout, Compression compression, int byteOrderMark, boolean parquet)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /** Adds the place in the dataset to records of a file. */
    private record Placed(long start, String prefix, String unit, Consumer consumer) implements Records.Consumer {
        @Override
        public void record(JsonNode record, long offset, int length, long number) throws DatasetException, IOException {
            consumer.record(record, start + offset, length, new Place(prefix, unit, number));
        }

        @Override
        public void broken(long number, String problem) throws DatasetException {
            consumer.broken(new Place(prefix, unit, number), problem);
        }
    }

    /** A stream that another closes: a sequence of streams closes each at its end. */
    private static final class Borrowed extends FilterInputStream {
        Borrowed(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return in.read(target, offset, length);
        }

        @Override
        public void close() {}
    }

    /** Counts what is read. */
    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            bytes += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            bytes += Math.max(0, count);
            return count;
        }
    }

    /** Copies what is read into the spool. */
    private static final class Teed extends FilterInputStream {
        private final Spool spool;

        Teed(InputStream in, Spool spool) {
            super(in);
            this.spool = spool;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            if (count > 0) {
                spool.append(target, offset, count);
            }
            return count;
        }
    }
}
