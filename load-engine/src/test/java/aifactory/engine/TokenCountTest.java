package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.TokenSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output tokens of servers that do not count them, with a tokenizer at hand. */
class TokenCountTest {
    /** A token for each word and each run of punctuation. */
    private static final String WORDS = "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],"
            + "\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"post_processor\":null,\"decoder\":null,"
            + "\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"[UNK]\":0},\"unk_token\":\"[UNK]\"}}";

    private static final String END = Answers.chunk("data: [DONE]\n\n") + "0\r\n\r\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void textAndReasoningAreCountedApart() throws Exception {
        String stream = Answers.EVENT_STREAM
                + Answers.chunk(Answers.content("hm so").replace("\"content\"", "\"reasoning_content\""))
                + Answers.chunk(Answers.content("one two th"))
                + Answers.chunk(Answers.content("ree \\u00e4\\n \\\"four\\\""))
                + END;
        CollectingSink sink = run(stream, 40);

        // "hm" "so", "one" "two" "three" "ä" quote "four" quote
        assertThat(sink.records()).hasSize(40).allSatisfy(record -> {
            assertThat(record.outputTokens()).isEqualTo(9);
            assertThat(record.tokenSource()).isEqualTo(TokenSource.TOKENIZER);
            assertThat(record.chunks()).isEqualTo(3);
            assertThat(record.firstChunkNanos()).isNotNull();
            assertThat(record.doneNanos()).isGreaterThanOrEqualTo(record.firstChunkNanos());
        });
        assertThat(sink.aggregate().tokenSource()).isEqualTo(TokenSource.TOKENIZER);
        assertThat(sink.aggregate().measured().outputTokens()).isEqualTo(9 * 40);
        assertThat(sink.aggregate().measured().completed()).isEqualTo(40);
    }

    @Test
    void whatTheServerCountsIsTaken() throws Exception {
        CollectingSink sink = run(Answers.stream(List.of("one two", "three")), 3);
        assertThat(sink.records()).hasSize(3).allSatisfy(record -> {
            assertThat(record.outputTokens()).isEqualTo(2);
            assertThat(record.tokenSource()).isEqualTo(TokenSource.USAGE);
        });
    }

    /**
     * The first chunk carries five tokens, as of a server that sends several of a step together, or that held them
     * back.
     */
    @Test
    void theTimePerTokenIsCorrectedWhereTheFirstChunkCarriedSeveral() throws Exception {
        StringBuilder stream = new StringBuilder(Answers.EVENT_STREAM);
        stream.append(Answers.chunk(Answers.content(" a b c d e")));
        for (int i = 0; i < 9; i++) {
            stream.append(Answers.chunk(Answers.content(" t" + i)));
        }
        stream.append(
                Answers.chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":14}}\n\n"));
        CollectingSink sink = run(stream + END, 20);

        assertThat(sink.records()).hasSize(20).allSatisfy(record -> {
            assertThat(record.outputTokens()).isEqualTo(14);
            assertThat(record.tokenSource()).isEqualTo(TokenSource.USAGE);
            assertThat(record.response()).isNotNull();
            assertThat(record.response().firstChunkTokens()).isEqualTo(5);
            assertThat(record.response().usageOutputTokens()).isEqualTo(14);
            assertThat(record.response().countedOutputTokens()).isEqualTo(14);
            assertThat(record.response().countedBy()).isEqualTo(TokenSource.TOKENIZER);
        });
        LatencyHistogram corrected = sink.aggregate().histograms().of(Metric.TPOT_CORRECTED);
        LatencyHistogram usual = sink.aggregate().histograms().of(Metric.TPOT);
        assertThat(corrected.count()).isEqualTo(20);
        long between = sink.records().stream()
                .mapToLong(record ->
                        Objects.requireNonNull(record.doneNanos()) - Objects.requireNonNull(record.firstChunkNanos()))
                .max()
                .orElseThrow();
        assertThat(usual.maximumNanos()).isCloseTo(between / 13, Percentage.withPercentage(1));
        assertThat(corrected.maximumNanos()).isCloseTo(between / 9, Percentage.withPercentage(1));
    }

    @Test
    void withoutATokenizerTheFirstChunkIsNotCorrectedForWhatIsNotKnown() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("one two", "three")));
            return true;
        })) {
            CollectingSink sink = EngineRun.against(server.address(), TestWorkload.closed(1, 3));

            assertThat(sink.aggregate().histograms().of(Metric.TPOT).count()).isEqualTo(3);
            assertThat(sink.aggregate().histograms().of(Metric.TPOT_CORRECTED).count())
                    .isZero();
        }
    }

    /** The server's count is used where possible; the client's count is reported next to it. */
    @Test
    void whatTheServerCountsWronglyIsCountedHere() throws Exception {
        CollectingSink sink = run(
                Answers.EVENT_STREAM
                        + Answers.chunk(Answers.content("one two three"))
                        + Answers.chunk(Answers.content(" four"))
                        + Answers.chunk(
                                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":0}}\n\n")
                        + END,
                3);
        assertThat(sink.records()).hasSize(3).allSatisfy(record -> {
            assertThat(record.outputTokens()).isEqualTo(4);
            assertThat(record.tokenSource()).isEqualTo(TokenSource.TOKENIZER);
            assertThat(record.response()).isNotNull();
            assertThat(record.response().usageOutputTokens()).isZero();
            assertThat(record.response().remarks()).containsExactly(ResponseRemark.USAGE_MISMATCH);
        });
        assertThat(sink.aggregate().responses().comparedCountedTokens()).isEqualTo(12);
    }

    @Test
    void callsOfToolsAreNoText() throws Exception {
        String call = "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
                + "{\"arguments\":\"{}\"}}]}}]}\n\n";
        CollectingSink sink =
                run(Answers.EVENT_STREAM + Answers.chunk(Answers.content("one two")) + Answers.chunk(call) + END, 3);
        assertThat(sink.records())
                .extracting(RequestRecord::tokenSource)
                .containsExactly(TokenSource.CHUNKS, TokenSource.CHUNKS, TokenSource.CHUNKS);
    }

    @Test
    void halfACharacterIsNoText() throws Exception {
        CollectingSink sink = run(Answers.EVENT_STREAM + Answers.chunk(Answers.content("one \\ud83d")) + END, 2);
        assertThat(sink.aggregate().measured().completed()).isEqualTo(2);
        assertThat(sink.aggregate().measured().errors()).isEmpty();
    }

    @Test
    void whatIsBeingCountedIsKeptWhenTheRunIsStopped() throws Exception {
        String stream = Answers.EVENT_STREAM + Answers.chunk(Answers.content("word ".repeat(300))) + END;
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(stream);
            return true;
        })) {
            TestWorkload workload = TestWorkload.closed(8, 1_000_000);
            workload.tokenizerFile = tokenizer();
            CollectingSink sink = new CollectingSink(1);
            try (PreparedLoad load = EngineRun.prepare(
                    List.of(server.address()),
                    workload,
                    EngineSettings.forCores(1).withoutWarmUp())) {
                load.start(System.nanoTime(), sink);
                sink.awaitEnded(1);
                load.stop();
                sink.await();
            }
            List<RequestRecord> completed = sink.records().stream()
                    .filter(record -> record.tokenSource() != null)
                    .toList();
            assertThat(completed).isNotEmpty();
            assertThat(completed)
                    .filteredOn(record -> record.tokenSource() == TokenSource.TOKENIZER)
                    .isNotEmpty()
                    .allSatisfy(record -> assertThat(record.outputTokens()).isEqualTo(300));
            assertThat(sink.aggregate().measured().sent())
                    .isEqualTo(sink.records().stream()
                            .filter(record -> record.sentNanos() != null)
                            .count());
        }
    }

    private CollectingSink run(String stream, long count) throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(stream);
            return true;
        })) {
            TestWorkload workload = TestWorkload.closed(2, count);
            workload.tokenizerFile = tokenizer();
            return EngineRun.against(server.address(), workload);
        }
    }

    private String tokenizer() throws Exception {
        return Files.writeString(directory.resolve("tokenizer.json"), WORDS).toString();
    }
}
