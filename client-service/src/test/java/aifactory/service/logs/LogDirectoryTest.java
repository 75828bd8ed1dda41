package aifactory.service.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only regular files of the directory itself are opened, for any path. */
final class LogDirectoryTest {
    @TempDir
    Path directory = Path.of("");

    private Path logs = Path.of("");
    private Path secret = Path.of("");

    @BeforeEach
    void makeFiles() throws IOException {
        logs = Files.createDirectories(directory.resolve("shared/logs"));
        secret = Files.writeString(directory.resolve("token"), "a secret");
        Files.writeString(logs.resolve("a.out"), "a log");
    }

    private String read(Path file) throws IOException {
        try (SeekableByteChannel channel = new LogDirectory(logs).open(file)) {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            channel.read(buffer);
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        }
    }

    private void isRefused(Path file) {
        assertThatThrownBy(() -> read(file)).as("%s", file).isInstanceOf(IOException.class);
    }

    @Test
    void aLogIsReadByEitherNameOfItsDirectory() throws IOException {
        assertThat(read(logs.resolve("a.out"))).isEqualTo("a log");
        Path otherName = Files.createSymbolicLink(directory.resolve("other"), directory.resolve("shared"));
        assertThat(read(otherName.resolve("logs/a.out"))).isEqualTo("a log");
    }

    @Test
    void whatIsElsewhereIsNotRead() throws IOException {
        isRefused(secret);
        isRefused(logs.resolve("../../token"));
        isRefused(logs.resolve(".."));
        isRefused(logs.resolve("."));
        isRefused(logs);
        isRefused(Path.of("/"));
        isRefused(Path.of("a.out"));
        isRefused(Path.of("/proc/self/environ"));
        Path below = Files.createDirectory(logs.resolve("below"));
        Files.writeString(below.resolve("b.out"), "not a log");
        isRefused(below.resolve("b.out"));
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        isRefused(Files.createSymbolicLink(logs.resolve("link.out"), secret));
        isRefused(Files.createSymbolicLink(logs.resolve("near.out"), Path.of("a.out")));
        isRefused(Files.createSymbolicLink(logs.resolve("proc.out"), Path.of("/proc/self/environ")));
        Path linked = Files.createSymbolicLink(logs.resolve("linked"), directory);
        isRefused(linked.resolve("token"));
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Path pipe = logs.resolve("pipe.out");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        isRefused(pipe);
    }

    @Test
    void whatIsNotThereIsSaidToBeMissing() {
        assertThatThrownBy(() -> read(logs.resolve("b.out"))).isInstanceOf(NoSuchFileException.class);
    }
}
