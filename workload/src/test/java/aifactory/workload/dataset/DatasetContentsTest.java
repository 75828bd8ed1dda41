package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.workload.DatasetReference;
import aifactory.workload.prompt.PromptSource;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetContentsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void aTraceIsSummarised() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 101; line++) {
            text.append("{\"timestamp\": %d, \"input_length\": %d, \"output_length\": 10, \"hash_ids\": [1, %d]}\n"
                    .formatted(line * 100, 513 + line, line));
        }
        text.append("{\"timestamp\": 0, \"input_length\": 5, \"output_length\": 0}\nbroken\n");
        Path file = Files.writeString(directory.resolve("trace.jsonl"), text);

        DatasetSummary summary = summary(file);

        assertThat(summary.entries()).isEqualTo(103);
        assertThat(summary.requests()).isEqualTo(101);
        assertThat(summary.sessions()).isEqualTo(101);
        assertThat(summary.badEntries()).isOne();
        assertThat(summary.leftOutEntries()).isOne();
        assertThat(summary.problems()).anySatisfy(problem -> assertThat(problem).startsWith("line 103 is not JSON"));
        assertThat(summary.problems())
                .anySatisfy(problem -> assertThat(problem).startsWith("line 102 (output_length 0"));
        assertThat(summary.timeUnit()).isEqualTo("milliseconds");
        DatasetSummary.Arrivals arrivals = Objects.requireNonNull(summary.arrivals());
        assertThat(arrivals.spanSeconds()).isEqualTo(10);
        assertThat(arrivals.meanPerSecond()).isEqualTo(10.1);
        assertThat(arrivals.gapVariation()).isZero();
        assertThat(arrivals.buckets().stream().mapToLong(Long::longValue).sum()).isEqualTo(101);
        assertThat(summary.inputTokens()).isEqualTo(new DatasetSummary.Distribution(101, 513, 563, 563, 603, 612, 613));
        // 512 tokens of each but the first.
        assertThat(summary.sharedPrefixes().share()).isCloseTo(100 * 512 / (101 * 563.0), within(0.001));
    }

    @Test
    void textsAreCountedAndTheirCommonBeginningsFound() throws Exception {
        String common = "c".repeat(640);
        Path file = Files.writeString(directory.resolve("prompts.jsonl"), """
                {"prompt": "%s1"}
                {"prompt": "%s2"}
                {"messages": [{"role": "user", "content": "12345678"}, {"role": "assistant", "content": "1234"}, {"role": "user", "content": "5678"}]}
                """.formatted(common, common));

        DatasetSummary summary = summary(file);

        assertThat(summary.arrivals()).isNull();
        assertThat(summary.lengthSource()).isEqualTo("characters / 4");
        assertThat(summary.turns().max()).isEqualTo(2);
        // 161, 161, 2, and 2 + 1 + 1.
        assertThat(summary.inputTokens().mean()).isEqualTo((161 + 161 + 2 + 4) / 4.0);
        assertThat(Objects.requireNonNull(summary.outputTokens()).count()).isOne();
        assertThat(summary.sharedPrefixes().share()).isCloseTo((160 + 3) / 328.0, within(0.01));
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                {"timestamp": 27482, "input_length": 1100, "output_length": 52, "hash_ids": [46, 47, 2366]}
                {"timestamp": 30535.25, "input_length": 1200, "output_length": 26, "hash_ids": [46, 47, 2353]}
                """, """
                {"session_id": "a", "input_length": 100, "output_length": 10, "timestamp": 0}
                {"session_id": "a", "input_length": 210, "output_length": 10, "delay": 500}
                {"session_id": "b", "input_length": 100, "output_length": 10, "timestamp": 300}
                {"session_id": "a", "input_length": 50, "output_length": 10, "delay": 100}
                """, """
                {"chat_id": 1, "parent_chat_id": -1, "timestamp": 61.114, "input_length": 52, "output_length": 13, "hash_ids": [1, 2, 3, 4]}
                {"chat_id": 2, "parent_chat_id": 1, "timestamp": 64.5, "input_length": 90, "output_length": 10, "hash_ids": [1, 2, 3, 5, 6, 7]}
                {"chat_id": 3, "parent_chat_id": 1, "timestamp": 65, "input_length": 80, "output_length": 10, "hash_ids": [1, 2, 3, 5, 8]}
                """, """
                TIMESTAMP,ContextTokens,GeneratedTokens
                2023-11-16 18:15:46.6805900,374,44
                2023-11-16 18:15:50.9951690,396,109
                """, """
                {"timestamp": 5, "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}], "output_tokens": 4, "tools": []}
                """})
    void theConvertedFileIsSentAsTheOriginal(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("data"), text);
        Path converted = directory.resolve("converted.jsonl");
        try (DatasetContents contents = DatasetContents.open(reference(file), true);
                OutputStream out = Files.newOutputStream(converted)) {
            DatasetConversion.write(contents, out);
        }
        assertThat(Dataset.detect(converted)).isEqualTo(DatasetReference.Format.JSONL);
        try (OpenedDataset one = OpenedDataset.trace(file);
                OpenedDataset other = OpenedDataset.trace(converted)) {
            assertThat(other.startMillis()).isEqualTo(one.startMillis());
            assertThat(requests(other)).isEqualTo(requests(one));
        }
    }

    private static List<String> requests(OpenedDataset dataset) {
        List<String> requests = new ArrayList<>();
        PromptSource prompts = dataset.content().prompts();
        for (int session = 0; session < dataset.dataset().size(); session++) {
            for (int turn = 0; turn < prompts.turns(session); turn++) {
                requests.add(prompts.waitsFor(session, turn) + " " + prompts.thinkNanos(session, turn) + " "
                        + prompts.offsetNanos(session, turn) + " " + dataset.body(session, turn));
            }
        }
        return requests;
    }

    private static DatasetSummary summary(Path file) throws Exception {
        DatasetReference reference = reference(file);
        try (DatasetContents contents = DatasetContents.open(reference, DatasetContents.hasTimes(reference))) {
            return contents.summary(null);
        }
    }

    private static DatasetReference reference(Path file) throws Exception {
        return new DatasetReference(Dataset.detect(file), file.toString(), null);
    }
}
