package aifactory.service.servers;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.logs.LogDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogExcerptTest {
    @TempDir
    Path directory = Path.of("");

    private String excerpt(String earlier, String latest, int bytes) throws IOException {
        Path file = Files.writeString(directory.resolve("server.log"), latest);
        if (!earlier.isEmpty()) {
            Files.writeString(directory.resolve("server.log.1"), earlier);
        }
        return LogExcerpt.of(new LogDirectory(directory), file.toString(), bytes);
    }

    @Test
    void aSmallLogIsWhole() throws IOException {
        assertThat(excerpt("", "abc", 3)).isEqualTo("abc");
    }

    @Test
    void ofALargeLogAreTheBeginningAndTheEnd() throws IOException {
        assertThat(excerpt("", "0123456789", 8))
                .startsWith("01\n[... 2 bytes are omitted; the complete log is ")
                .endsWith("...]\n456789");
    }

    @Test
    void whatWasBeforeANewFileCountsToo() throws IOException {
        assertThat(excerpt("0123456789", "abc", 13)).isEqualTo("0123456789abc");
    }

    @Test
    void ofTwoFilesAreTheBeginningOfTheEarlierAndTheEndOfBoth() throws IOException {
        assertThat(excerpt("0123456789", "abc", 8))
                .startsWith("01\n[... 5 bytes are omitted; the complete log is ")
                .contains("server.log.1 and ")
                .endsWith("...]\n789abc");
    }

    @Test
    void theEndOfALatestFileThatIsLargeEnoughIsItsOwn() throws IOException {
        assertThat(excerpt("0123456789", "abcdefgh", 8)).startsWith("01\n[...").endsWith("...]\ncdefgh");
    }

    @Test
    void aLogThatIsNotThereIsSaid() {
        assertThat(LogExcerpt.of(
                        new LogDirectory(directory), directory.resolve("none").toString(), 8))
                .contains("could not be read");
    }
}
