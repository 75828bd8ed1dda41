package aifactory.commandline.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.measurement.MonotonicClock;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that the jobs of servers write, and that are read while they may be writing. */
final class AiServerFilesTest {
    private static final URI ONE = URI.create("http://node1:8000");
    private static final URI TWO = URI.create("http://node2:8000");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Session session() {
        PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new Session(
                Map.of(),
                InputStream.nullInputStream(),
                out,
                out,
                false,
                false,
                directory,
                directory,
                directory,
                new Interruption(),
                MonotonicClock.SYSTEM,
                InstantSource.system());
    }

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("servers.txt"), text);
    }

    private List<URI> expand(String text) throws Exception {
        return AiServerFiles.expand(session(), List.of(AiServerFiles.uri(file(text))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node1:8000~http://node2:8000/v1~",
                "# servers~~  node1:8000  ~#node3:8000~node2:8000~",
                "node1:8000^~node2:8000^~",
                "BOMnode1:8000~node2:8000~",
                "BOM# servers~node1:8000~node2:8000~",
            })
    void readsOneAddressPerLine(String text) throws Exception {
        String written = text.replace('~', '\n').replace('^', '\r').replace("BOM", "\ufeff");
        assertThat(expand(written)).containsExactly(ONE, TWO);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"node1:8000, 1", "node1:8000~node2:80, 2", "node1:8000~#node, 2"})
    void refusesALineThatMayNotBeComplete(String text, int line) throws Exception {
        Path file = file(text.replace('~', '\n'));
        assertThatThrownBy(() -> AiServerFiles.read(file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("line " + line + " of " + file + " has no newline at its end");
    }

    @Test
    void refusesOtherFiles() throws Exception {
        for (String text : new String[] {"", "\n# nothing yet\n", "\ufeff\n"}) {
            Path file = file(text);
            assertThatThrownBy(() -> AiServerFiles.read(file)).hasMessageContaining("holds no address yet");
        }
        Path wrong = file("node1:8000\nuser:secret@node2:8000\n");
        assertThatThrownBy(() -> AiServerFiles.read(wrong))
                .hasMessageContaining("line 2 of " + wrong)
                .message()
                .doesNotContain("secret");
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 'n', 0});
        assertThatThrownBy(() -> AiServerFiles.read(binary)).hasMessageContaining("not a text file");
        assertThatThrownBy(() -> AiServerFiles.read(directory.resolve("none")))
                .hasMessageContaining("cannot be read (NoSuchFileException)");
        assertThatThrownBy(() -> AiServerFiles.read(directory)).hasMessageContaining("cannot be read");
    }

    /** As a job leaves it that was requeued to the node that it had before. */
    @Test
    void anAddressThatOccursTwiceIsOneServer() throws Exception {
        assertThat(expand("node1:8000\nnode2:8000\nhttp://node1:8000/v1\nnode1:8000\n"))
                .containsExactly(ONE, TWO);
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "note: AI server http://node1:8000 is given more than once and measured as one server");
    }

    @Test
    void anAddressBesideItsFileIsOneServer() throws Exception {
        URI named = AiServerFiles.uri(file("node1:8000\n"));
        assertThat(AiServerFiles.expand(session(), List.of(TWO, named, ONE))).containsExactly(TWO, ONE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("http://node1:8000 is given more than once");
    }
}
