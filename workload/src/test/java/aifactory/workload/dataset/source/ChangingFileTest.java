package aifactory.workload.dataset.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files that another process writes while they are read. */
class ChangingFileTest {
    private static final byte[] LINES = "{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void aFileThatGrowsIsRefused() throws Exception {
        Path file = Files.write(directory.resolve("trace.jsonl"), LINES);
        assertThatThrownBy(() -> read(file, () -> Files.write(file, LINES, StandardOpenOption.APPEND)))
                .isInstanceOf(DatasetException.class)
                .hasMessage("changed while it was read, from 32 to 64 bytes: wait until it is complete");
    }

    @Test
    void aCompressedFileThatGrowsIsRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream compressed = new GZIPOutputStream(bytes)) {
            compressed.write(LINES);
        }
        Path file = Files.write(directory.resolve("trace.jsonl.gz"), bytes.toByteArray());
        assertThatThrownBy(() -> read(file, () -> Files.write(file, bytes.toByteArray(), StandardOpenOption.APPEND)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("changed while it was read")
                .hasMessageContaining("wait until it is complete");
    }

    @Test
    void aFileThatIsReplacedByOneOfTheSameSizeIsRefused() throws Exception {
        Path file = Files.write(directory.resolve("trace.jsonl"), LINES);
        assertThatThrownBy(() -> read(file, () -> {
                    Files.write(
                            file,
                            new String(LINES, StandardCharsets.UTF_8)
                                    .replace('b', 'c')
                                    .getBytes(StandardCharsets.UTF_8));
                    // Written within the same tick of the file system's clock, it could have the same time.
                    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
                }))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("changed while it was read");
    }

    @Test
    void aFileOfADirectoryThatGrowsIsNamed() throws Exception {
        Path file = Files.write(directory.resolve("b.jsonl"), LINES);
        Files.write(directory.resolve("a.jsonl"), LINES);
        assertThatThrownBy(() -> read(directory, () -> Files.write(file, LINES, StandardOpenOption.APPEND)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("b.jsonl")
                .hasMessageContaining("changed while it was read");
    }

    /** What another process does to a file. */
    private interface Change {
        void make() throws IOException;
    }

    /** Reads a dataset of which a file is changed at the last record. */
    private static void read(Path path, Change change) throws Exception {
        int records = Files.isDirectory(path) ? 4 : 2;
        try (RecordStore store = new RecordStore()) {
            DatasetSource.of(path, "entry").read(store, true, new DatasetSource.Consumer() {
                private int seen;

                @Override
                public void record(JsonNode record, long position, int length, DatasetSource.Place place)
                        throws IOException {
                    if (++seen == records) {
                        change.make();
                    }
                }

                @Override
                public void broken(DatasetSource.Place place, String problem) {
                    throw new AssertionError(place + " " + problem);
                }
            });
        }
    }
}
