package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.DatasetReference;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations and prompts in the forms that people have them. */
class ConversationFilesTest {
    private static final String TWO_LINES = "{\"prompt\":\"Hello\"}\n{\"prompt\":\"World\"}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // ShareGPT as a list, with from and value, role and content, or other names
                "[{\"conversations\": [{\"from\": \"human\", \"value\": \"Hello\"}, {\"from\": \"gpt\", \"value\": \"Hi\"}]}]",
                "[{\"conversations\": [{\"role\": \"user\", \"content\": \"Hello\"}, {\"role\": \"assistant\", \"content\": \"Hi\"}]}]",
                "[{\"id\": \"1\", \"conversation\": [{\"from\": \"Human\", \"value\": \"Hello\"}, {\"from\": \"GPT\", \"value\": \"Hi\"}]}]",
                "[{\"items\": [{\"from\": \"human\", \"value\": \"Hello\"}, {\"from\": \"gpt\", \"value\": \"Hi\"}]}]",
                "[{\"dialogue\": [{\"speaker\": \"user\", \"text\": \"Hello\"}, {\"speaker\": \"bot\", \"text\": \"Hi\"}]}]",
                // the same as JSON Lines, over several lines, and pretty
                "{\"conversations\": [{\"from\": \"human\", \"value\": \"Hello\"}, {\"from\": \"gpt\", \"value\": \"Hi\"}]}\n",
                "[\n {\n  \"conversations\": [\n   {\"from\": \"human\",\n \"value\": \"Hello\"}\n  ]\n }\n]\n",
                "{\n \"conversations\": [\n  {\"from\": \"human\", \"value\": \"Hello\"}\n ]\n}\n",
                // lists of messages
                "[{\"role\": \"user\", \"content\": \"Hello\"}, {\"role\": \"assistant\", \"content\": \"Hi\"}]\n",
                "[\n{\"role\": \"user\", \"content\": \"Hello\"},\n{\"role\": \"assistant\", \"content\": \"Hi\"}\n]\n",
                "[[{\"role\": \"user\", \"content\": \"Hello\"}, {\"role\": \"assistant\", \"content\": \"Hi\"}]]",
                "[{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}]",
                "{\"messages\": [{\"from\": \"human\", \"value\": \"Hello\"}]}",
                // OpenAI's fine-tuning: what the model shall learn is not sent
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}, {\"role\": \"assistant\", \"content\": \"Hi\", \"weight\": 1}]}",
                "{\"prompt\": \"Hello\", \"completion\": \"Hi\"}",
                "{\"input\": {\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}, \"preferred_output\": [{\"role\": \"assistant\", \"content\": \"Hi\"}]}",
                // OpenAI's batch API
                "{\"custom_id\": \"1\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}}",
                // texts
                "\"Hello\"\n",
                "[\"Hello\"]",
                "[\"Hello\",\n\"World\"]",
                "{\"text\": \"Hello\"}",
                "{\"question\": \"Hello\", \"answer\": \"Hi\"}",
                "{\"instruction\": \"Hello\", \"input\": \"\", \"output\": \"Hi\"}",
                // tables
                "id,prompt\n1,Hello\n",
                "prompt;length\r\nHello;5\r\n",
                "id\tprompt\n1\tHello",
                "\"id\",\"prompt\"\n\"1\",\"Hello\"\n"
            })
    void theFirstRequestIsHello(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("data"), text);

        try (OpenedDataset dataset = OpenedDataset.closedLoop(file)) {
            assertThat(dataset.texts(0, 0)).containsExactly("Hello");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "plain,NONE",
        "mark,NONE",
        "windows,NONE",
        "blank,NONE",
        "plain,GZIP",
        "mark,GZIP",
        "windows,ZSTD",
        "plain,ZSTD"
    })
    void encodingsAndCompressionMakeNoDifference(String spelling, String compression) throws Exception {
        String text = switch (spelling) {
            case "mark" -> "\ufeff" + TWO_LINES;
            case "windows" -> TWO_LINES.replace("\n", "\r\n");
            case "blank" -> "\n\n" + TWO_LINES.replace("\n", "\n  \n\t\n");
            default -> TWO_LINES;
        };
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // The suffix is not needed.
        Path file = Files.write(
                directory.resolve("data"),
                switch (compression) {
                    case "GZIP" -> gzip(bytes);
                    case "ZSTD" -> Zstd.compress(bytes);
                    default -> bytes;
                });

        try (OpenedDataset dataset = OpenedDataset.closedLoop(file)) {
            assertThat(dataset.dataset().size()).isEqualTo(2);
            assertThat(dataset.texts(1, 0)).containsExactly("World");
            assertThat(dataset.texts(0, 0)).containsExactly("Hello");
        }
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE,UTF-16", "UTF-16BE,UTF-16", "UTF-16,UTF-16", "UTF-32BE,UTF-32"})
    void anotherEncodingIsRefusedByName(String charset, String name) throws Exception {
        String text = (charset.equals("UTF-32BE") ? "\ufeff" : "") + TWO_LINES;
        Path file = Files.write(directory.resolve("data"), text.getBytes(Charset.forName(charset)));

        assertThatThrownBy(() -> Dataset.detect(file))
                .hasMessage("dataset " + file + " is " + name + ", not UTF-8: convert it with iconv -f " + name
                        + " -t UTF-8 FILE > NEW");
    }

    @ParameterizedTest
    @CsvSource({"'BZh91AY', bzip2", "'PK\u0003\u0004', a zip archive"})
    void otherCompressionIsRefusedByName(String beginning, String name) throws Exception {
        Path file = Files.writeString(directory.resolve("data"), beginning);

        assertThatThrownBy(() -> Dataset.detect(file)).hasMessageContaining(" is " + name + ": decompress it");
    }

    @Test
    void aFileThatIsCutOffWithinItsCompressionIsRefused() throws Exception {
        byte[] whole = gzip(TWO_LINES.repeat(10_000).getBytes(StandardCharsets.UTF_8));
        Path file = Files.write(directory.resolve("data.gz"), Arrays.copyOf(whole, whole.length - 100));

        assertThatThrownBy(() -> OpenedDataset.closedLoop(file)).hasMessageContaining("cannot be read: Unexpected end");
    }

    @Test
    void rolesOfAllKindsAreSentAndEmptyConversationsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("data"), """
                [{"conversations": [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Hi"}]},
                 {"conversations": [{"from": "human", "value": "Q"}, {"from": "observation", "value": "data"},
                                    {"from": "gpt", "value": "A"}]},
                 {"conversations": [{"from": "system", "value": "S"}, {"from": "human", "value": "Q2"},
                                    {"from": "gpt", "value": "A2"}, {"from": "function_call", "value": "f"},
                                    {"from": "observation", "value": "result"}, {"from": "gpt", "value": null}]},
                 {"conversations": []}]
                """);

        try (OpenedDataset dataset = OpenedDataset.closedLoop(file, reference -> reference, true)) {
            assertThat(dataset.dataset().size()).isEqualTo(3);
            assertThat(dataset.content().notes())
                    .singleElement()
                    .asString()
                    .contains("1 of 4 entries have nothing to send and are left out: conversation 4 (empty)");
            assertThat(dataset.texts(1, 0)).containsExactly("Q\n\ndata");
            assertThat(dataset.texts(2, 1)).containsExactly("S", "Q2", "answer 0", "result");
        }
    }

    @Test
    void brokenEntriesAreCountedAndNamedUpToTheLimit() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 1; line <= 200; line++) {
            text.append(
                            line == 7
                                    ? "{\"prompt\": \"cut o"
                                    : line == 9 ? "{\"prompt\": 5}" : "{\"prompt\": \"p" + line + "\"}")
                    .append('\n');
        }
        Path file = Files.writeString(directory.resolve("data.jsonl"), text);

        try (OpenedDataset dataset = OpenedDataset.closedLoop(file)) {
            assertThat(dataset.dataset().size()).isEqualTo(198);
            assertThat(dataset.dataset().bad()).isEqualTo(2);
            assertThat(dataset.texts(6, 0)).containsExactly("p8");
            assertThat(dataset.content().notes())
                    .singleElement()
                    .asString()
                    .contains("2 of 200 entries are broken and left out: line 7 is not JSON")
                    .contains("; line 9 prompt is 5, not a text");
        }
        assertThatThrownBy(() -> OpenedDataset.closedLoop(file, withLimit(0.005), false))
                .hasMessageContaining(
                        "2 of 200 entries cannot be used, above the limit of 0.5 % (--max-bad-entries): line 7");
        OpenedDataset.closedLoop(file, withLimit(0.01), false).close();
    }

    @Test
    void aDirectoryIsReadInTheOrderOfItsNames() throws Exception {
        Files.writeString(directory.resolve("README.md"), "# data");
        Files.writeString(directory.resolve("dataset_info.json"), "{}");
        Files.createDirectories(directory.resolve("train"));
        Files.writeString(directory.resolve("train/2.jsonl"), "{\"prompt\": \"two\"}\n");
        Files.write(
                directory.resolve("train/1.jsonl.gz"),
                gzip("{\"prompt\": \"one\"}\n".getBytes(StandardCharsets.UTF_8)));
        Files.writeString(directory.resolve("train/3.csv"), "prompt\n\"th\"\"ree\nlines\"\n");

        try (OpenedDataset dataset = OpenedDataset.closedLoop(directory)) {
            assertThat(List.of(dataset.texts(0, 0), dataset.texts(1, 0), dataset.texts(2, 0)))
                    .containsExactly(List.of("one"), List.of("two"), List.of("th\"ree\nlines"));
            String before = dataset.dataset().sha256();
            Files.move(directory.resolve("train/2.jsonl"), directory.resolve("train/4.jsonl"));
            try (OpenedDataset renamed = OpenedDataset.closedLoop(directory)) {
                assertThat(renamed.dataset().sha256()).isNotEqualTo(before);
            }
        }
        Files.writeString(directory.resolve("train/5.jsonl"), "{\"prompt\": 5}\n");
        assertThatThrownBy(() -> OpenedDataset.closedLoop(directory))
                .hasMessageContaining("train/5.jsonl, line 1 prompt is 5");
    }

    @Test
    void theColumnOfATableIsNamed() throws Exception {
        Path file = Files.writeString(
                directory.resolve("data.csv"), "\ufeffa;b;output_tokens\r\n1;\"Hello; World\";7\r\n2;;8\r\n");

        try (OpenedDataset dataset = OpenedDataset.closedLoop(file, withColumn("b"), false)) {
            assertThat(dataset.texts(0, 0)).containsExactly("Hello; World");
            assertThat(dataset.body(0, 0).path("max_tokens").intValue()).isEqualTo(7);
            assertThat(dataset.content().notes()).singleElement().asString().contains("row 2 ('b' is empty)");
        }
        assertThatThrownBy(() -> OpenedDataset.closedLoop(file, withColumn("c"), false))
                .hasMessageContaining("row 1 has no column 'c', but a, b, output_tokens");
        assertThatThrownBy(() -> OpenedDataset.closedLoop(file))
                .hasMessageContaining("but a, b, output_tokens; name the column of a table with --dataset-column");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a,a~1,2 | the header has a name twice: a, a",
                "a,prompt~1 | row 1 has 1 fields, and the header has 2",
                "a,prompt~1,\"x | row 1 has a quote that is not closed",
            })
    void brokenTablesAreNamed(String text, String expected) throws Exception {
        Path file = Files.writeString(directory.resolve("data.csv"), text.replace('~', '\n'));

        assertThatThrownBy(() -> OpenedDataset.closedLoop(file)).hasMessageContaining(expected);
    }

    private static UnaryOperator<DatasetReference> withLimit(double limit) {
        return of ->
                new DatasetReference(of.format(), of.path(), null, null, limit, null, null, null, null, null, null);
    }

    private static UnaryOperator<DatasetReference> withColumn(String column) {
        return of ->
                new DatasetReference(of.format(), of.path(), null, column, null, null, null, null, null, null, null);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
