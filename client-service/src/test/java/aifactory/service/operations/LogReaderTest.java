package aifactory.service.operations;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.LogView;
import aifactory.service.logs.LogDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading logs from an offset on: each complete line once, also of files that are cut or have lines without an end. */
final class LogReaderTest {
    @TempDir
    Path directory = Path.of("");

    private LogReader reader() {
        return new LogReader(new LogDirectory(directory));
    }

    private Path log() {
        return directory.resolve("client_dispatcher_7.err");
    }

    private void append(String text) throws IOException {
        Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private LogView after(long offset) {
        return reader().after(log().toString(), offset, 1, false, List.of());
    }

    private static long next(LogView view) {
        Long next = view.nextOffset();
        assertThat(next).isNotNull();
        return next == null ? -1 : next;
    }

    @Test
    void aLineIsShownWhenItIsComplete() throws Exception {
        append("one\ntw");
        LogView first = after(0);
        assertThat(first.lines()).containsExactly("one");
        assertThat(next(first)).isEqualTo(4);
        append("o\r\nthréé\n");
        LogView second = after(next(first));
        assertThat(second.lines()).containsExactly("two", "thréé");
        assertThat(next(second)).isEqualTo(Files.size(log()));
        assertThat(after(next(second)).lines()).isEmpty();
    }

    @Test
    void theEndOfAFileNeedsNoLineFeedOnceNothingMoreIsExpected() throws Exception {
        append("one\nkilled here");
        LogView last = reader().after(log().toString(), 4, 1, true, List.of());
        assertThat(last.lines()).containsExactly("killed here");
        append(", or not\nmore\n");
        assertThat(after(next(last)).lines())
                .as("the rest of a line that was shown")
                .containsExactly("more");
    }

    @Test
    void aFileThatHasBecomeShorterIsReadFromItsBeginning() throws Exception {
        append("a long line of the first job\n");
        long offset = next(after(0));
        Files.writeString(log(), "again\n");
        LogView again = after(offset);
        assertThat(again.lines()).containsExactly("again");
        assertThat(next(again)).isEqualTo(6);
    }

    @Test
    void aFileOfAnySizeIsReadInPartsThatLoseNothing() throws Exception {
        Random random = new Random(7);
        List<String> written = new ArrayList<>();
        for (int line = 0; line < 4_000; line++) {
            written.add(line + " " + "é".repeat(random.nextInt(200)));
        }
        append(String.join("\n", written) + "\n");
        for (int files : new int[] {1, 8, 500}) {
            List<String> read = new ArrayList<>();
            long offset = 0;
            int parts = 0;
            while (offset < Files.size(log())) {
                LogView part = reader().after(log().toString(), offset, files, false, List.of());
                assertThat(next(part)).isGreaterThan(offset);
                read.addAll(part.lines());
                offset = next(part);
                parts++;
            }
            assertThat(read).as("seed 7, as one of %d files", files).isEqualTo(written);
            assertThat(parts).isGreaterThan(1);
        }
    }

    @Test
    void aLineWithoutAnEndIsCutAndDoesNotStopWhatFollows() throws Exception {
        String secret = "s3cret-value-of-the-group";
        append("before\n" + "x".repeat((256 << 10) - 10) + secret + "y".repeat(300_000) + "\nafter\n");
        List<String> read = new ArrayList<>();
        long offset = 0;
        while (offset < Files.size(log())) {
            LogView part = reader().after(log().toString(), offset, 1, false, List.of(secret));
            assertThat(next(part)).isGreaterThan(offset);
            read.addAll(part.lines());
            offset = next(part);
        }
        assertThat(read).hasSize(3).startsWith("before").endsWith("after");
        assertThat(read.get(1)).hasSize(8 * 1024 + 1).endsWith("x…");
        assertThat(read).noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void secretsAndControlCharactersAreNotShown() throws Exception {
        append("token=abcdef0123 \u001b[2J\n");
        assertThat(reader().after(log().toString(), 0, 1, false, List.of("abcdef0123"))
                        .lines())
                .containsExactly("token=*** ?[2J");
    }

    @Test
    void theLastLinesComeWithTheOffsetOfTheNext() throws Exception {
        append("one\ntwo\nthr");
        LogView tail = reader().tail(log().toString(), 2, List.of());
        assertThat(tail.lines()).containsExactly("two", "thr");
        assertThat(next(tail)).isEqualTo(8);
    }

    @Test
    void aFileThatIsMissingOrElsewhereHasNoLines() throws Exception {
        assertThat(after(10).problem()).contains("no such file");
        assertThat(next(after(10))).isZero();
        Path other = Files.writeString(directory.resolve("other"), "secret\n");
        Files.createSymbolicLink(log(), other);
        assertThat(after(0).problem()).contains("link");
        assertThat(after(0).lines()).isEmpty();
    }
}
