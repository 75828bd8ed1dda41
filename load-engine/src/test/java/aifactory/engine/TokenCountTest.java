package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestRecord;
import aifactory.measurement.TokenSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
