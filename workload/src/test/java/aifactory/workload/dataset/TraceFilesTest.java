package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.DatasetReference;
import aifactory.workload.DatasetReference.Format;
import aifactory.workload.Session;
import aifactory.workload.TimeUnitName;
import aifactory.workload.prompt.PromptSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded traces, each written after the schema that its authors publish. */
class TraceFilesTest {
    /** github.com/kvcache-ai/Mooncake, FAST25-release/traces: milliseconds, blocks of 512 tokens. */
    private static final String MOONCAKE = """
            {"timestamp": 27482, "input_length": 1100, "output_length": 52, "hash_ids": [46, 47, 2366]}
            {"timestamp": 30535, "input_length": 1200, "output_length": 26, "hash_ids": [46, 47, 2353]}
            """;

    /** github.com/alibaba-edu/qwen-bailian-usagetraces-anon: seconds, blocks of 16 tokens, parents. */
    private static final String BAILIAN = """
            {"chat_id": 159, "parent_chat_id": -1, "timestamp": 61.114, "input_length": 52, "output_length": 13, "type": "text", "turn": 1, "hash_ids": [1089, 1090, 1091, 6326]}
            {"chat_id": 160, "parent_chat_id": -1, "timestamp": 62.2, "input_length": 60, "output_length": 10, "type": "text", "turn": 1, "hash_ids": [1089, 1090, 7, 8]}
            {"chat_id": 161, "parent_chat_id": 159, "timestamp": 64.5, "input_length": 90, "output_length": 10, "type": "text", "turn": 2, "hash_ids": [1089, 1090, 1091, 6327, 3, 4]}
            """;

    /** github.com/Azure/AzurePublicDataset, AzureLLMInferenceTrace_conv.csv, and the one of 2024 with an offset. */
    private static final String AZURE = """
            TIMESTAMP,ContextTokens,GeneratedTokens\r
            2023-11-16 18:15:46.6805900,374,44\r
            2023-11-16 18:15:50.9951690,396,109\r
            2023-11-16T20:15:51.2220000+02:00,879,55\r
            """;

    /** github.com/HPMLL/BurstGPT, data/BurstGPT_1.csv: seconds; a failed request has no response tokens. */
    private static final String BURST_GPT = """
            Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
            5,ChatGPT,472,18,490,Conversation log
            45,ChatGPT,1087,230,1317,Conversation log
            118,GPT-4,417,0,417,API log
            """;

    /**
     * The file exporter of the OpenTelemetry Collector: one export per line, after the conventions for generative AI.
     */
    private static final String OTLP = """
            {"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"x"},"spans":[\
            {"traceId":"5b8a","spanId":"eee1","name":"chat m","kind":3,"startTimeUnixNano":"1738000000250000001","endTimeUnixNano":"1738000001000000000","attributes":[\
            {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"120"}},\
            {"key":"gen_ai.usage.output_tokens","value":{"intValue":"30"}},{"key":"gen_ai.conversation.id","value":{"stringValue":"c1"}}]},\
            {"traceId":"5b8a","spanId":"eee2","name":"execute_tool search","startTimeUnixNano":"1738000000900000000","attributes":[]}]}]}]}
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"chat m","startTimeUnixNano":"1738000003250000001","attributes":[\
            {"key":"gen_ai.usage.input_tokens","value":{"intValue":200}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"5"}},\
            {"key":"gen_ai.conversation.id","value":{"stringValue":"c1"}}]}]}]}]}
            {"name":"chat m","start_time":"2025-01-27T17:46:41.250000001Z","attributes":{"gen_ai.usage.prompt_tokens":7,"gen_ai.usage.completion_tokens":8}}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void mooncakeIsSentAtItsMilliseconds() throws Exception {
        try (OpenedDataset trace = OpenedDataset.trace(write(MOONCAKE))) {
            assertThat(trace.startMillis()).containsExactly(0.0, 3053.0);
            assertThat(trace.words(0, 0)).isEqualTo(1100);
            assertThat(trace.texts(1, 0).getFirst().split(" "))
                    .startsWith(Arrays.copyOf(trace.texts(0, 0).getFirst().split(" "), 1000));
            assertThat(trace.content().notes())
                    .singleElement()
                    .asString()
                    .contains("2 requests in 2 sessions over 3.053 s (0.655 per second), times read as milliseconds");
        }
    }

    @Test
    void bailianIsSentOverItsSecondsAndTurnsAfterTheirParents() throws Exception {
        try (OpenedDataset trace = OpenedDataset.trace(write(BAILIAN))) {
            assertThat(trace.startMillis()).containsExactly(0.0, 1086.0);
            PromptSource prompts = trace.content().prompts();
            assertThat(prompts.turns(0)).isEqualTo(2);
            assertThat(prompts.waitsFor(0, 1)).containsExactly(0);
            assertThat(prompts.offsetNanos(0, 1)).isEqualTo(3_386_000_000L);
            // 52 and 13 tokens were there before, 90 are there then.
            assertThat(trace.words(0, 1)).isEqualTo(25);
            assertThat(trace.texts(0, 1)).hasSize(3).contains("answer 0");
            // Blocks of 16 tokens.
            assertThat(trace.texts(1, 0).getFirst().strip().split(" "))
                    .startsWith(
                            Arrays.copyOf(trace.texts(0, 0).getFirst().strip().split(" "), 32));
        }
    }

    @Test
    void turnsOfOneParentAreBranches() throws Exception {
        Path file = write("""
                {"chat_id": 4, "parent_chat_id": 2, "timestamp": 4, "input_length": 70, "output_length": 1}
                {"chat_id": 1, "parent_chat_id": -1, "timestamp": 1, "input_length": 10, "output_length": 5}
                {"chat_id": 2, "parent_chat_id": 1, "timestamp": 2, "input_length": 30, "output_length": 5}
                {"chat_id": 3, "parent_chat_id": 1, "timestamp": 3, "input_length": 31, "output_length": 5}
                {"chat_id": 6, "parent_chat_id": 5, "timestamp": 3.5, "input_length": 31, "output_length": 5}
                """);

        try (OpenedDataset trace = OpenedDataset.trace(file)) {
            PromptSource prompts = trace.content().prompts();
            assertThat(prompts.turns(0)).isEqualTo(4);
            assertThat(List.of(prompts.waitsFor(0, 1), prompts.waitsFor(0, 2), prompts.waitsFor(0, 3)))
                    .containsExactly(List.of(0), List.of(0), List.of(1));
            assertThat(trace.words(0, 2)).isEqualTo(16);
            assertThat(trace.words(0, 3)).isEqualTo(35);
            assertThat(trace.content().notes())
                    .anySatisfy(note -> assertThat(note).contains("1 entries follow one that is not in the file"));
        }
    }

    @Test
    void sessionsOfMooncakeContinueAfterTheirDelay() throws Exception {
        Path file = write("""
                {"session_id": "a", "input_length": 100, "output_length": 10, "timestamp": 0}
                {"session_id": "a", "input_length": 210, "output_length": 10, "delay": 500}
                {"session_id": "b", "input_length": 100, "output_length": 10, "timestamp": 300}
                {"session_id": "a", "input_length": 50, "output_length": 10, "delay": 100}
                """);

        try (OpenedDataset trace = OpenedDataset.trace(file)) {
            PromptSource prompts = trace.content().prompts();
            assertThat(trace.startMillis()).containsExactly(0.0, 300.0);
            assertThat(prompts.turns(0)).isEqualTo(3);
            assertThat(prompts.thinkNanos(0, 1)).isEqualTo(500_000_000L);
            assertThat(prompts.offsetNanos(0, 1)).isEqualTo(PromptSource.NO_OFFSET);
            assertThat(trace.words(0, 1)).isEqualTo(100);
            assertThat(trace.texts(0, 1)).hasSize(3);
            // A prompt that is shorter than its conversation starts a new one, nevertheless after the response.
            assertThat(trace.texts(0, 2)).hasSize(1);
            assertThat(trace.words(0, 2)).isEqualTo(50);
            assertThat(prompts.waitsFor(0, 2)).containsExactly(1);
            assertThat(trace.dataset().requests()).isEqualTo(4);
        }
    }

    @Test
    void azureHasDatesWithFractions() throws Exception {
        Path file = Files.writeString(directory.resolve("trace.csv"), AZURE);

        try (OpenedDataset trace = OpenedDataset.trace(file)) {
            assertThat(Dataset.detect(file)).isEqualTo(Format.AZURE);
            assertThat(trace.startMillis()).containsExactly(0.0, 4314.579, 4541.41);
            assertThat(trace.words(2, 0)).isEqualTo(879);
            assertThat(trace.body(2, 0).path("max_tokens").intValue()).isEqualTo(55);
        }
    }

    @Test
    void burstGptIsATraceInSecondsWithoutFailedRequests() throws Exception {
        Path file = Files.writeString(directory.resolve("trace.csv"), BURST_GPT);

        try (OpenedDataset trace = OpenedDataset.trace(file)) {
            assertThat(Dataset.detect(file)).isEqualTo(Format.BURSTGPT);
            assertThat(trace.startMillis()).containsExactly(0.0, 40_000.0);
            assertThat(trace.words(1, 0)).isEqualTo(1087);
            assertThat(trace.content().notes())
                    .anySatisfy(note ->
                            assertThat(note).contains("row 3 (Response tokens 0, the recorded request failed)"));
        }
    }

    @Test
    void spansWithTokensAreRequestsAndConversationsSessions() throws Exception {
        Path file = write(OTLP);

        try (OpenedDataset trace = OpenedDataset.trace(file)) {
            assertThat(Dataset.detect(file)).isEqualTo(Format.OPENTELEMETRY);
            assertThat(trace.startMillis()).containsExactly(0.0, 1000.0);
            assertThat(trace.content().prompts().turns(0)).isEqualTo(2);
            assertThat(trace.content().prompts().offsetNanos(0, 1)).isEqualTo(3_000_000_000L);
            assertThat(trace.words(0, 1)).isEqualTo(50);
            assertThat(trace.words(1, 0)).isEqualTo(7);
            assertThat(trace.content().notes())
                    .anySatisfy(note -> assertThat(note)
                            .contains("1 of 4 entries have nothing to send")
                            .contains("execute_tool"));
        }
    }

    @Test
    void timesMayBeOutOfOrderFloatsAndTexts() throws Exception {
        Path file = write("""
                {"timestamp": 300, "input_length": 3, "output_length": 1}
                {"timestamp": "0", "input_length": 1, "output_length": 1}
                {"timestamp": 250.25, "input_length": 2, "output_length": "1"}
                {"timestamp": "1e3", "input_length": "4.0", "output_length": 1}
                """);

        try (OpenedDataset trace = OpenedDataset.trace(file)) {
            assertThat(trace.startMillis()).containsExactly(0.0, 250.25, 300.0, 1000.0);
            assertThat(trace.words(1, 0)).isEqualTo(2);
            assertThat(trace.content().notes())
                    .anySatisfy(note ->
                            assertThat(note).contains("2 of 4 entries were not in the order of time: they are sorted"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"timestamp\": -5, | timestamp is -5, not milliseconds from 0",
                "{\"timestamp\": \"soon\", | timestamp is \"soon\", not a number",
                "{\"timestamp\": null, | has no timestamp",
                "{ | has no timestamp",
                "{\"timestamp\": 99999999999, | has a timestamp that is 1157 days from the middle of the trace",
                "{\"timestamp\": 1e300, | timestamp is 1.0E300, not milliseconds",
                "{\"timestamp\": true, | timestamp is true, not a number",
                "{\"timestamp\": \"2024-02-30 10:00:00\", | which is not a valid date",
            })
    void anImpossibleTimeIsNamed(String member, String expected) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 199; line++) {
            text.append("{\"timestamp\": %d, \"input_length\": 5, \"output_length\": 5}\n".formatted(line * 100));
        }
        text.append(member).append("\"input_length\": 6, \"output_length\": 5}\n");

        try (OpenedDataset trace = OpenedDataset.trace(write(text.toString()))) {
            assertThat(trace.dataset().size()).isEqualTo(199);
            assertThat(trace.content().notes().getFirst())
                    .contains("1 of 200 entries are broken and left out: line 200 ")
                    .contains(expected);
        }
    }

    @Test
    void parentsInACycleAndIdsThatComeTwiceAreNamed() throws Exception {
        Path file = write("""
                {"chat_id": 1, "parent_chat_id": 2, "timestamp": 1, "input_length": 10, "output_length": 5}
                {"chat_id": 2, "parent_chat_id": 1, "timestamp": 2, "input_length": 10, "output_length": 5}
                {"chat_id": 3, "parent_chat_id": 3, "timestamp": 2, "input_length": 10, "output_length": 5}
                {"chat_id": 4, "parent_chat_id": -1, "timestamp": 2, "input_length": 10, "output_length": 5}
                {"chat_id": 4, "parent_chat_id": -1, "timestamp": 2, "input_length": 10, "output_length": 5}
                """);

        assertThatThrownBy(() -> OpenedDataset.trace(file))
                .hasMessageContaining("4 of 5 entries cannot be used")
                .hasMessageContaining("line 5 has chat_id 4, which line 4 has too")
                .hasMessageContaining("line 1 follows itself: its parents are a cycle; line 2 follows itself")
                .hasMessageContaining("line 3 follows itself");
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0.000001, S, '1000 requests within 0.999 ms when its times are read as seconds'",
        "1000, 0.01, MS, '1000 requests within 9.99 ms when its times are read as milliseconds'",
        "300, 86400000, MS, '300 requests within 299 days when its times are read as milliseconds'",
        "50, 600001, MS, 'declare the unit with --trace-time-unit (time_unit) s, ms, us or ns, also if it is ms'",
    })
    void anImplausibleSpanIsRefusedUnlessTheUnitIsDeclared(int entries, double gap, TimeUnitName unit, String expected)
            throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < entries; line++) {
            text.append(unit == TimeUnitName.S ? "{\"chat_id\": " + line + ", " : "{")
                    .append(String.format(
                            Locale.ROOT,
                            "\"timestamp\": %.9f, \"input_length\": 5, \"output_length\": 5}\n",
                            line * gap));
        }
        Path file = write(text.toString());

        assertThatThrownBy(() -> OpenedDataset.trace(file)).hasMessageContaining(expected);
        try (OpenedDataset declared = OpenedDataset.trace(file, inUnit(unit), null, 0)) {
            assertThat(declared.sessions(0, 1)).hasSize(entries);
        }
    }

    @Test
    void secondsSince1970AreNotTakenForMilliseconds() throws Exception {
        Path file = write("""
                {"timestamp": 1738000000, "input_length": 6, "output_length": 5}
                {"timestamp": 1738000002, "input_length": 6, "output_length": 5}
                """);

        assertThatThrownBy(() -> OpenedDataset.trace(file))
                .hasMessageContaining("begins at 1738000000, which looks like seconds since 1970, and its format has"
                        + " milliseconds: declare the unit with --trace-time-unit s (time_unit), or ms if it is that");
        try (OpenedDataset declared = OpenedDataset.trace(file, inUnit(TimeUnitName.S), null, 0)) {
            assertThat(declared.startMillis()).containsExactly(0.0, 2000.0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void everySessionBelongsToOneClientWhole(int clients) throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 500; line++) {
            text.append("{\"session_id\": \"%d\", \"timestamp\": %d, \"input_length\": 5, \"output_length\": 5}\n"
                    .formatted(line * 7919 % 120, line * 10));
        }
        try (OpenedDataset trace = OpenedDataset.trace(write(text.toString()))) {
            List<Session> union = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                union.addAll(trace.sessions(client, clients));
            }
            union.sort(Comparator.comparingLong(Session::number));
            assertThat(union).isEqualTo(trace.sessions(0, 1)).hasSize(120);
            assertThat(union.stream().mapToInt(Session::turns).sum()).isEqualTo(500);
        }
    }

    @Test
    void aTraceIsSentFasterInPartAndRepeated() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 1000; line++) {
            text.append(
                    "{\"timestamp\": %d, \"input_length\": 5, \"output_length\": 5}\n".formatted(5000 + line * 1000));
        }
        Path file = write(text.toString());

        try (OpenedDataset fast = OpenedDataset.trace(file, selecting(2.0, null, null, null), null, 0)) {
            assertThat(fast.startMillis()).hasSize(1000).startsWith(0.0, 500.0).endsWith(499_500.0);
        }
        try (OpenedDataset part = OpenedDataset.trace(file, selecting(null, "9500ms..20s", null, null), null, 0)) {
            assertThat(part.startMillis()).hasSize(10).startsWith(500.0).endsWith(9500.0);
        }
        try (OpenedDataset part =
                OpenedDataset.trace(file, selecting(4.0, "10s..12s", null, true), Duration.ofMillis(1100), 0)) {
            assertThat(part.startMillis()).containsExactly(0.0, 250.0, 500.0, 750.0, 1000.0);
        }
        assertThatThrownBy(() -> OpenedDataset.trace(file, selecting(null, "1h..2h", null, null), null, 0))
                .hasMessageContaining("has no requests in the window 1h..2h: it is 16.65 min long");
    }

    @Test
    void thinningKeepsTheCourseOfTheRate() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < 4000; line++) {
            // Three quarters of the requests are in the second half.
            int time = line < 1000 ? line * 40 : 40_000 + (line - 1000) * 40 / 3;
            text.append("{\"timestamp\": %d, \"input_length\": 5, \"output_length\": 5}\n".formatted(time));
        }
        Path file = write(text.toString());

        List<Double> first = thinned(file, 1);
        assertThat(first).isNotEqualTo(thinned(file, 2));
        for (long seed = 0; seed < 5; seed++) {
            List<Double> times = thinned(file, seed);
            assertThat(times).as("seed %d", seed).hasSizeBetween(1850, 2150);
            assertThat(times.stream().filter(time -> time >= 40_000).count() / (double) times.size())
                    .as("seed %d", seed)
                    .isBetween(0.71, 0.79);
        }
    }

    private static List<Double> thinned(Path file, long seed) throws Exception {
        try (OpenedDataset trace = OpenedDataset.trace(file, selecting(null, null, 0.5, null), null, seed)) {
            return trace.startMillis();
        }
    }

    @Test
    void theSizeOfBlocksIsDeclared() throws Exception {
        Path file = write("{\"timestamp\": 0, \"input_length\": 60, \"output_length\": 5, \"hash_ids\": [1, 2]}\n");

        assertThatThrownBy(() -> OpenedDataset.trace(file))
                .hasMessageContaining("1 blocks of 512 tokens; declare the size of a block with --trace-block-tokens");
        OpenedDataset.trace(
                        file,
                        of -> new DatasetReference(
                                of.format(), of.path(), null, null, null, null, 32, null, null, null, null),
                        null,
                        0)
                .close();
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("trace.jsonl"), text);
    }

    private static UnaryOperator<DatasetReference> inUnit(TimeUnitName unit) {
        return of -> new DatasetReference(of.format(), of.path(), null, null, null, unit, null, null, null, null, null);
    }

    private static UnaryOperator<DatasetReference> selecting(
            @Nullable Double speedup, @Nullable String window, @Nullable Double scale, @Nullable Boolean repeat) {
        return of -> new DatasetReference(
                of.format(), of.path(), null, null, null, null, null, speedup, window, scale, repeat);
    }
}
