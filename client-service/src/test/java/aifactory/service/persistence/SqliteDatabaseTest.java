package aifactory.service.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.service.JournalEntry;
import aifactory.service.ServiceThreads;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what may have become of the file. */
final class SqliteDatabaseTest extends StateStoreContract {
    @TempDir
    Path directory = Path.of("");

    @TempDir
    Path other = Path.of("");

    @Override
    Database open() throws StorageException {
        return Database.open(directory, null);
    }

    private Path made() throws StorageException {
        Database.open(other, null).close();
        return other.resolve("service.db");
    }

    private void assertRefused(String... words) {
        assertThatThrownBy(() -> Database.open(other, null))
                .isInstanceOf(StorageException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void aFileThatWasCutOffIsNotTakenForANewOne() throws Exception {
        Path file = made();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        assertRefused("service.db", "is empty", "Restore it from a copy", "start with an empty database");
        assertThat(Files.size(file)).isZero();
    }

    @Test
    void aFileThatIsNoDatabaseIsToldSo() throws Exception {
        Path file = made();
        Files.writeString(
                file,
                "not a database, but long enough to be read as the header of one, or so it seems to be. ".repeat(50));
        assertRefused("service.db", "is damaged", "restore it from a copy");
    }

    @Test
    void aPageThatWasOverwrittenIsFound() throws Exception {
        Path file = made();
        long size = Files.size(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (long at = 4096; at + 4096 <= size; at += 4096) {
                channel.write(
                        java.nio.ByteBuffer.wrap(
                                "damage!!".repeat(64).getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        at);
            }
        }
        assertRefused("is damaged", "restore it from a copy");
    }

    @Test
    void aDatabaseWithoutItsFileButWithItsLogIsMissed() throws Exception {
        Path file = made();
        Files.writeString(other.resolve("service.db-wal"), "what was last written");
        Files.delete(file);
        assertRefused("is missing", "service.db-wal");
    }

    @Test
    void whatAKilledStartLeftIsNoObstacle() throws Exception {
        Files.createFile(other.resolve("service.db.new"));
        Files.writeString(other.resolve("service.db.new-wal"), "half");
        made();
        assertThat(other.resolve("service.db.new")).doesNotExist();
        made();
    }

    @Test
    void aDirectoryInThePlaceOfTheFileIsToldSo() throws IOException {
        Files.createDirectory(other.resolve("service.db"));
        assertRefused("service.db");
    }

    @Test
    void aDiskThatIsFullRefusesAndServesAgainWhenThereIsRoom() throws Exception {
        try (Database database = Database.open(other, null)) {
            StateWriter writer = new StateWriter(database, 16, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM);
            try {
                StateStore store = new StateStore(database, writer);
                JournalEntry large =
                        new JournalEntry(1, "group", 1L, null, null, "x".repeat(1 << 20), null, null, null);
                // SQLite's own limit gives the same answer as a disk without room.
                int pages = writer.write(handle -> handle.createQuery("PRAGMA page_count")
                        .mapTo(Integer.class)
                        .one());
                writer.write(handle -> handle.createQuery("PRAGMA max_page_count = " + pages)
                        .mapTo(Integer.class)
                        .one());
                assertThatThrownBy(() -> store.groups().insert(1, "t", "S", "x".repeat(1 << 20), "{}", 1, large))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("free disk space");
                assertThat(writer.trouble()).contains("full");
                assertThat(store.groups().current()).isEmpty();
                AtomicInteger attempts = new AtomicInteger();
                writer.await(writer.record(handle -> {
                    if (attempts.incrementAndGet() > 1) {
                        handle.createQuery("PRAGMA max_page_count = 1000000")
                                .mapTo(Integer.class)
                                .one();
                    }
                    JournalStore.insert(handle, large);
                }));
                assertThat(attempts).hasValue(2);
                assertThat(writer.trouble()).isNull();
                assertThat(store.groups().insert(1, "t", "S", "x".repeat(1 << 20), "{}", 1, large))
                        .isPresent();
            } finally {
                writer.close();
            }
        }
    }
}
