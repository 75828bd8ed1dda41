package aifactory.commandline.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputDirectoryTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void takesAwayWhatItMadeAndNobodyFilled() {
        Path output = directory.resolve("a/b/c");
        try (OutputDirectory prepared = OutputDirectory.prepare(output)) {
            assertThat(prepared.path()).isEmptyDirectory();
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void keepsWhatWasFilled() throws IOException {
        Path output = directory.resolve("a/b");
        try (OutputDirectory prepared = OutputDirectory.prepare(output)) {
            Files.writeString(prepared.path().resolve("summary.json"), "{}");
        }
        assertThat(output.resolve("summary.json")).exists();
    }

    @Test
    void keepsADirectoryThatWasThereBefore() throws IOException {
        Path output = Files.createDirectory(directory.resolve("there"));
        OutputDirectory.prepare(output).close();
        assertThat(output).isEmptyDirectory();
    }

    @Test
    void refusesAPathUnderAFileAndLeavesNothing() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");
        assertRefused(file.resolve("output"));
        assertRefused(file);
        assertThat(directory).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void refusesADirectoryThatTakesNoFiles() {
        // Even the superuser cannot write there.
        assertRefused(Path.of("/proc/aifactory"));
    }

    private static void assertRefused(Path output) {
        assertThatThrownBy(() -> OutputDirectory.prepare(output).close())
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.WRONG_INPUT))
                .hasMessageContaining(output.toString())
                .hasMessageContaining("--output");
    }
}
