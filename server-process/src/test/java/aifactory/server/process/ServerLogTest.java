package aifactory.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server writes is kept within bounds, and its last lines are known. */
final class ServerLogTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void keepsTheFileAndTheLastLines() throws IOException {
        Path file = directory.resolve("a.log");
        try (ServerLog log = ServerLog.open(file)) {
            log.note("starts");
            log.copy(stream("one\n\ntwo\r\nth\u001bree\nfour without an end"));
            assertThat(log.lastLines(3)).containsExactly("two", "th?ree", "four without an end");
        }
        assertThat(Files.readString(file))
                .startsWith("[aifactory] starts\none\n")
                .contains("\u001b");
    }

    @Test
    void anotherServersLastLinesAreNotItsPredecessors() throws IOException {
        Path file = directory.resolve("a.log");
        try (ServerLog log = ServerLog.open(file)) {
            log.copy(stream("error loading model\nhalf a line"));
            log.begin("generation 2 starts");
            log.copy(stream("bind: failed\n"));
            assertThat(log.lastLines(5)).containsExactly("bind: failed");
        }
        assertThat(Files.readString(file)).contains("error loading model", "generation 2 starts", "bind: failed");
    }

    @Test
    void neverGrowsBeyondItsBoundAndKeepsTheEnd() throws IOException {
        Path file = directory.resolve("b.log");
        String block = ("x".repeat(1023) + "\n").repeat(1024);
        try (ServerLog log = ServerLog.open(file)) {
            for (int mebibyte = 0; mebibyte < 70; mebibyte++) {
                log.copy(stream(block));
            }
            log.copy(stream("the end\n"));
            assertThat(log.lastLines(1)).containsExactly("the end");
        }
        assertThat(Files.size(file)).isLessThanOrEqualTo(64L << 20);
        assertThat(Files.size(directory.resolve("b.log.1"))).isLessThanOrEqualTo(64L << 20);
        assertThat(Files.readString(file)).endsWith("the end\n");
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
