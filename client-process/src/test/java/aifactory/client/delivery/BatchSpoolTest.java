package aifactory.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchSpoolTest {
    @TempDir
    private Path temporary;

    @Test
    void givesBatchesInTheOrderOfMeasuringAndKeepsThemUntilTheyAreDurable() throws Exception {
        try (BatchSpool spool = new BatchSpool(SpoolLimits.DEFAULTS)) {
            spool.add("a", 0, new byte[] {1});
            spool.add("a", 1, new byte[] {2});
            spool.add("b", 0, new byte[] {3});

            assertThat(first(spool).content()).containsExactly(1);
            assertThat(first(spool).content()).as("it stays").containsExactly(1);
            assertThat(spool.removeBefore("a", 2)).isEqualTo(2);
            assertThat(first(spool).content()).containsExactly(3);
            assertThat(spool.bytesWaiting()).isEqualTo(1);
            assertThat(spool.removeBefore("a", 9)).isZero();
            assertThat(spool.removeAll("b")).isEqualTo(1);
            assertThat(spool.awaitEmpty(Duration.ZERO)).isTrue();
        }
    }

    @Test
    void isBoundedInBytesAndSaysSoByName() throws Exception {
        try (BatchSpool spool = new BatchSpool(new SpoolLimits(100, null, 0))) {
            spool.add("a", 0, new byte[60]);
            assertThatThrownBy(() -> spool.add("a", 1, new byte[41]))
                    .isInstanceOf(SpoolOverflowException.class)
                    .hasMessageStartingWith("spool_overflow: ")
                    .hasMessageContaining("60 bytes wait")
                    .hasMessageContaining("100 are allowed");
            spool.add("a", 1, new byte[40]);
            spool.addLast("a", 2, new byte[30]);

            assertThat(spool.size()).isEqualTo(3);
            assertThat(spool.bytesWaiting()).isEqualTo(130);
        }
    }

    @Test
    void goesToAPrivateDirectoryWhenMemoryIsFullAndBackToMemoryWhenThereIsRoom() throws Exception {
        SpoolLimits limits = new SpoolLimits(100, temporary.resolve("spool"), 80);
        try (BatchSpool spool = new BatchSpool(limits)) {
            spool.add("a", 0, new byte[100]);
            spool.add("a", 1, new byte[] {11, 12});
            spool.add("a", 2, new byte[70]);
            assertThatThrownBy(() -> spool.add("a", 3, new byte[50]))
                    .isInstanceOf(SpoolOverflowException.class)
                    .hasMessageContaining("80 in '" + limits.directory());
            assertThat(files()).hasSize(2);
            Path directory = Objects.requireNonNull(files().getFirst().getParent());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");

            assertThat(spool.removeBefore("a", 1)).isEqualTo(1);
            spool.add("a", 3, new byte[50]);
            assertThat(files()).as("there is room in memory again").hasSize(2);
            assertThat(first(spool).sequence()).isEqualTo(1);
            assertThat(first(spool).content()).containsExactly(11, 12);
            assertThat(spool.removeBefore("a", 2)).isEqualTo(1);
            assertThat(files()).hasSize(1);
            assertThat(first(spool).sequence()).isEqualTo(2);
        }
        assertThat(files()).isEmpty();
        assertThat(temporary.resolve("spool")).isEmptyDirectory();
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsAnOverflowThatNamesIt() throws Exception {
        try (BatchSpool spool = new BatchSpool(new SpoolLimits(0, temporary, 1_000))) {
            spool.add("a", 0, new byte[1]);
            Path file = files().getFirst();
            Files.delete(file);
            Files.delete(Objects.requireNonNull(file.getParent()));

            assertThatThrownBy(() -> spool.add("a", 1, new byte[1]))
                    .isInstanceOf(SpoolOverflowException.class)
                    .hasMessageContaining(
                            Objects.requireNonNull(file.getParent()).toString());
            assertThat(spool.size()).isEqualTo(1);
        }
    }

    @Test
    void aClosedSpoolHasNoFirstBatch() throws Exception {
        BatchSpool spool = new BatchSpool(SpoolLimits.DEFAULTS);
        spool.add("a", 0, new byte[1]);
        spool.close();
        spool.close();

        assertThat(spool.awaitFirst()).isNull();
        assertThat(spool.size()).isZero();
    }

    @Test
    void awaitingEmptinessEndsWithTheTime() throws Exception {
        try (BatchSpool spool = new BatchSpool(SpoolLimits.DEFAULTS)) {
            spool.add("a", 0, new byte[1]);

            assertThat(spool.awaitEmpty(Duration.ofMillis(1))).isFalse();
        }
    }

    private static SpooledBatch first(BatchSpool spool) throws InterruptedException {
        return Objects.requireNonNull(spool.awaitFirst());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(temporary)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
