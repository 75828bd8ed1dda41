package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.simulator.Recording.End;
import aifactory.simulator.recording.Recordings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingsTest {
    private static final String HEAD = "{\"recording\":\"a\",\"request\":{\"path\":\"/v1/chat/completions\"}}\n";
    private static final String END = "{\"end\":\"open\"}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void aFileIsReadAsItStands() throws Exception {
        List<Recording> recordings = read("""
                {"recording":"x/chat","server":"x 1","source":"recorded","note":"n","expect":{"any":[1]},\
                "request":{"method":"POST","path":"/p/v1/chat/completions?v=1","headers":{"a":"b"},"body":{"model":"m"}}}
                {"after_ms":1.5,"text":"HTTP/1.1 200 OK\\r\\n\\r\\nä"}

                {"after_ms":0,"base64":"/w=="}
                {"after_ms":20,"end":"reset"}
                {"recording":"y","request":{"path":"/"}}
                {"end":"close"}
                """);

        assertThat(recordings).extracting(Recording::name).containsExactly("x/chat", "y");
        Recording first = recordings.getFirst();
        assertThat(first.path()).isEqualTo("/p/v1/chat/completions");
        assertThat(first.end()).isEqualTo(End.RESET);
        assertThat(first.response())
                .extracting(Recording.Segment::delayNanos)
                .containsExactly(1_500_000L, 0L, 20_000_000L);
        assertThat(first.response().get(0).bytes())
                .isEqualTo("HTTP/1.1 200 OK\r\n\r\nä".getBytes(StandardCharsets.UTF_8));
        assertThat(first.response().get(1).bytes()).isEqualTo(new byte[] {(byte) 0xff});
        assertThat(first.response().get(2).bytes()).isEmpty();
        assertThat(recordings.get(1).response()).isEmpty();
        assertThat(recordings.get(1).end()).isEqualTo(End.CLOSE);
    }

    @Test
    void aDirectoryIsReadWithWhatIsBelowIt() throws Exception {
        write("b.jsonl", HEAD.replace("\"a\"", "\"b\"") + END);
        write("sub/a.jsonl", HEAD + END);
        write("sub/other.txt", "not a recording");

        assertThat(Recordings.read(directory)).extracting(Recording::name).containsExactly("b", "a");
    }

    @Test
    void aNameStandsForOneRecording() throws Exception {
        write("a.jsonl", HEAD + END);
        write("b.jsonl", HEAD + END);
        assertThatThrownBy(() -> Recordings.read(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("b.jsonl: a second recording with the name 'a'");
    }

    @Test
    void whatIsNoFileOfRecordingsIsNamed() throws Exception {
        assertThatThrownBy(() -> Recordings.read(directory.resolve("none.jsonl")))
                .hasMessageEndingWith("none.jsonl: there is no such file");
        assertThatThrownBy(() -> Recordings.read(directory)).hasMessageContaining("no recording in it");
        assertThatThrownBy(() -> Recordings.read(Path.of("/dev/zero")))
                .hasMessage("--replay /dev/zero: neither a file nor a directory");
        Path binary = directory.resolve("binary.jsonl");
        Files.write(binary, new byte[] {'{', (byte) 0xff, '}'});
        assertThatThrownBy(() -> Recordings.read(binary)).hasMessageEndingWith("binary.jsonl: not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|line 2: not JSON: {",
                "[]|line 2: not a JSON object",
                "{} {}|line 2: not JSON",
                "{\"text\":\"a\",\"text\":\"b\"}|line 2: not JSON",
                "{}|line 2: expected one of \"text\", \"base64\" and \"end\"",
                "{\"text\":\"a\",\"end\":\"open\"}|line 2: expected one of",
                "{\"text\":1}|line 2: the bytes are not a string",
                "{\"text\":null}|line 2: the bytes are not a string",
                "{\"base64\":\"%\"}|line 2: invalid value for \"base64\"",
                "{\"text\":\"a\",\"after_ms\":-1}|line 2: invalid value for \"after_ms\": -1",
                "{\"text\":\"a\",\"after_ms\":1e300}|line 2: invalid value for \"after_ms\"",
                "{\"text\":\"a\",\"after_ms\":\"1\"}|line 2: invalid value for \"after_ms\": \"1\"",
                "{\"text\":\"a\",\"after_ms\":null}|line 2: invalid value for \"after_ms\"",
                "{\"text\":\"a\",\"afterms\":1}|line 2: unknown member \"afterms\"",
                "{\"end\":\"later\"}|line 2: invalid value for \"end\": \"later\"",
                "{\"end\":1}|line 2: invalid value for \"end\": 1",
                "{\"recording\":\"b\"}|line 2: a recording begins before 'a' has its line with \"end\"",
                "{\"text\":\"a\"}|line 2: the recording 'a' has no line with \"end\"",
            })
    void aWrongLineIsNamed(String line, String message) {
        assertThatThrownBy(() -> read(HEAD + line + "\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\":\"a\"}|a line before the first with \"recording\"",
                "{\"recording\":\"a\"}|\"request\" is missing",
                "{\"recording\":\"a\",\"request\":[]}|\"request\" is missing",
                "{\"recording\":\"a\",\"request\":{}}|invalid value for \"path\"",
                "{\"recording\":\"a\",\"request\":{\"path\":\"v1\"}}|invalid value for \"path\": \"v1\"",
                "{\"recording\":\"\",\"request\":{\"path\":\"/\"}}|invalid value for \"recording\": \"\"",
                "{\"recording\":\"a b\",\"request\":{\"path\":\"/\"}}|invalid value for \"recording\": \"a b\"",
                "{\"recording\":7,\"request\":{\"path\":\"/\"}}|invalid value for \"recording\": 7",
                "{\"recording\":\"a\",\"requests\":{\"path\":\"/\"}}|unknown member \"requests\"",
                "{\"recording\":\"a\",\"request\":{\"path\":\"/\",\"url\":\"/\"}}|unknown member \"url\"",
            })
    void aWrongHeadIsNamed(String line, String message) {
        assertThatThrownBy(() -> read(line + "\n" + END))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(": line 1: ")
                .hasMessageContaining(message);
    }

    @Test
    void aHostileFileIsRefusedInOneShortLine() {
        String nested = "{\"recording\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> read(nested)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("{\"\\u0000\\n" + "x".repeat(100_000) + "\":1}\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(refused ->
                        assertThat(refused.getMessage()).hasSizeLessThan(600).doesNotContain("\n"));
    }

    @Test
    void whateverIsChangedInAFileItIsReadOrRefused() {
        long seed = 20_261_129;
        Random random = new Random(seed);
        String good = HEAD + "{\"after_ms\":1.5,\"text\":\"HTTP/1.1 200 OK\"}\n{\"base64\":\"aGk=\"}\n" + END;
        for (int i = 0; i < 2_000; i++) {
            StringBuilder changed = new StringBuilder(good);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(changed.length());
                switch (random.nextInt(3)) {
                    case 0 -> changed.deleteCharAt(at);
                    case 1 -> changed.setCharAt(at, (char) (32 + random.nextInt(96)));
                    default -> changed.insert(at, good.substring(0, random.nextInt(good.length())));
                }
            }
            try {
                assertThat(read(changed.toString())).isNotEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed %d, change %d", seed, i).startsWith("--replay ");
            }
        }
    }

    private List<Recording> read(String text) {
        return Recordings.read(write("r.jsonl", text));
    }

    private Path write(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
