package aifactory.commandline.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs on the nodes is what runs here, to the byte. */
final class ProgramCopyTest {
    private static final Path JAVA = Path.of("/opt/jdk-25");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path one;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path two;

    @BeforeEach
    void build() throws IOException {
        Path built = Files.createDirectories(directory.resolve("built"));
        one = Files.writeString(built.resolve("one.jar"), "1111");
        two = Files.writeString(built.resolve("two.jar"), "2222");
    }

    private Path copy() {
        return ProgramCopy.of(List.of(one, two), directory.resolve("program"), JAVA, Map.of());
    }

    private static Path lib(Path script) {
        return script.resolveSibling("lib");
    }

    private void isWhole(Path script) throws IOException {
        assertThat(Files.readString(lib(script).resolve("one.jar"))).isEqualTo("1111");
        assertThat(Files.readString(lib(script).resolve("two.jar"))).isEqualTo("2222");
        try (Stream<Path> files = Files.list(lib(script))) {
            assertThat(files).hasSize(2);
        }
        try (Stream<Path> files = Files.list(script.getParent())) {
            assertThat(files).hasSize(2);
        }
        assertThat(Files.readString(script)).startsWith("#!/bin/sh").contains(lib(script) + "/*");
    }

    @Test
    void theSameProgramIsCopiedOnce() throws IOException {
        Path script = copy();
        isWhole(script);
        Object copied = Files.getAttribute(lib(script), "unix:ino");
        Files.setLastModifiedTime(one, java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(copy()).isEqualTo(script);
        assertThat(Files.getAttribute(lib(script), "unix:ino")).isEqualTo(copied);
    }

    @Test
    void anotherContentOfTheSameSizeAndTimeIsAnotherProgram() throws IOException {
        Path script = copy();
        var time = Files.getLastModifiedTime(one);
        Files.writeString(one, "9999");
        Files.setLastModifiedTime(one, time);
        Path other = copy();
        assertThat(other.getParent()).isNotEqualTo(script.getParent());
        assertThat(Files.readString(lib(other).resolve("one.jar"))).isEqualTo("9999");
    }

    @Test
    void aCopyThatWasChangedIsReplaced() throws IOException {
        Path script = copy();
        var time = Files.getLastModifiedTime(lib(script).resolve("one.jar"));
        Files.writeString(lib(script).resolve("one.jar"), "evil");
        Files.setLastModifiedTime(lib(script).resolve("one.jar"), time);
        isWhole(copy());

        Files.writeString(lib(script).resolve("aaa.jar"), "one more on the class path");
        isWhole(copy());

        Files.delete(lib(script).resolve("two.jar"));
        isWhole(copy());

        Files.delete(lib(script).resolve("one.jar"));
        Files.createSymbolicLink(lib(script).resolve("one.jar"), one);
        isWhole(copy());

        Files.writeString(script, "#!/bin/sh\nevil\n");
        isWhole(copy());
    }

    @Test
    void nodesOfAnotherArchitectureHaveAnotherJava() throws Exception {
        Path machine = Path.of(run("uname", "-m").strip());
        Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho this-java \"$@\"\n");
        java.toFile().setExecutable(true);
        Path home = directory.resolve("jdk");
        Path absent = directory.resolve("absent");
        Path library = directory.resolve("program");

        Path own = ProgramCopy.of(List.of(one, two), library, absent, Map.of(machine.toString(), home));
        assertThat(run(own.toString(), "client", "a b"))
                .startsWith("this-java ")
                .contains("client a b");
        Path other = ProgramCopy.of(List.of(one, two), library, home, Map.of("riscv64", absent));
        assertThat(run(other.toString(), "client")).startsWith("this-java ");
        assertThat(other).isNotEqualTo(own);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aDirectoryThatOthersCanWriteIsNotUsed() throws IOException {
        Path open = Files.createDirectories(directory.resolve("program"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(this::copy)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("chmod go-w " + open, "--shared-dir");
    }
}
