package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.Metric;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.TokenSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a server can do wrong: each has its name in the counts, and none stops the load or gets lost. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NamedErrorsTest {
    private static final int MAXIMUM_EVENT_BYTES = 4096;
    private static final int MAXIMUM_HEAD_BYTES = 2048;
    private static final int MAXIMUM_CHUNKS = 100;

    private static Stream<Arguments> wrongStreams() {
        String begun = Answers.EVENT_STREAM + Answers.chunk(Answers.content("one"));
        String end = "0\r\n\r\n";
        return Stream.of(
                Arguments.of("no HTTP at all", "malformed_http", "SSH-2.0-OpenSSH_9.9\r\n"),
                Arguments.of("a status line without a status", "malformed_http", "HTTP/1.1 OK\r\n\r\n"),
                Arguments.of("an invalid chunk size", "malformed_http", begun + "zz\r\n"),
                Arguments.of(
                        "two lengths",
                        "malformed_http",
                        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx"),
                Arguments.of(
                        "headers beyond the limit",
                        "oversized_headers",
                        "HTTP/1.1 200 OK\r\nx: " + "x".repeat(MAXIMUM_HEAD_BYTES) + "\r\n\r\n"),
                Arguments.of(
                        "an event beyond the limit",
                        "oversized_event",
                        begun + Answers.chunk(Answers.content("x".repeat(MAXIMUM_EVENT_BYTES)))),
                Arguments.of(
                        "a page",
                        "unexpected_content_type",
                        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>"),
                Arguments.of(
                        "JSON instead of a stream",
                        "unexpected_content_type",
                        Answers.json("{\"choices\":[{\"message\":{\"content\":\"all at once\"}}]}")),
                Arguments.of(
                        "an error in the body", "error_in_body", Answers.json("{\"error\":{\"message\":\"full\"}}")),
                Arguments.of(
                        "an error as an event",
                        "error_in_body",
                        begun + Answers.chunk("data: {\"error\":{\"message\":\"out of memory\"}}\n\n") + end),
                Arguments.of(
                        "an event that is no JSON", "malformed_event", begun + Answers.chunk("data: {nonsense\n\n")),
                Arguments.of("an end without [DONE] or a finish reason", "truncated", begun + end),
                Arguments.of("a cut in mid-event", "truncated", begun + "40\r\ndata: {\"cho"),
                Arguments.of("an answer without content", "no_content", Answers.stream(List.of())),
                Arguments.of("an error status", "http_server_error", "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"),
                Arguments.of("a refusal", "http_client_error", "HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n"),
                Arguments.of("a limit", "rate_limited", "HTTP/1.1 429 No\r\ncontent-length: 0\r\n\r\n"),
                Arguments.of(
                        "a redirect",
                        "http_unexpected_status",
                        "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n"),
                Arguments.of(
                        "more chunks than a request may have",
                        "too_many_chunks",
                        Answers.stream(Collections.nCopies(MAXIMUM_CHUNKS + 1, "x"))));
    }

    /** Every second answer is wrong: the others show that nothing else is touched. */
    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("wrongStreams")
    void aWrongAnswerIsCountedByItsNameAndNothingElseIsTouched(String what, String cause, String bytes)
            throws Exception {
        int[] answered = new int[1];
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            if (answered[0]++ % 2 == 0) {
                exchange.send(Answers.stream(List.of("a", "b")));
                return true;
            }
            // Announced, as a request that meets the close of a connection in use is another failure.
            exchange.send(bytes.replaceFirst("\r\n", "\r\nconnection: close\r\n"));
            return false;
        })) {
            CollectingSink sink = run(server.address(), TestWorkload.closed(1, 10));
            RequestCounts counts = sink.aggregate().measured();

            assertThat(counts.errors()).as(what).isEqualTo(Map.of(cause, 5L));
            assertThat(counts.completed()).isEqualTo(5);
            assertThat(counts.scheduled()).isEqualTo(10);
            assertThat(sink.aggregate().histograms().of(Metric.TTFT).count()).isEqualTo(5);
            assertThat(sink.records())
                    .filteredOn(record -> record.outcome() == RequestOutcome.FAILED)
                    .hasSize(5)
                    .allSatisfy(record -> assertThat(record.errorDetail()).isNotBlank());
            assertThat(sink.await().error()).isNull();
        }
    }

    @Test
    void bytesThatAreNotUtf8AreNamed() throws Exception {
        byte[] event = Answers.content("x?x").getBytes(StandardCharsets.UTF_8);
        event[new String(event, StandardCharsets.UTF_8).indexOf('?')] = (byte) 0xff;
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.EVENT_STREAM + Integer.toHexString(event.length) + "\r\n");
            exchange.send(event);
            return false;
        })) {
            assertErrors(run(server.address(), TestWorkload.closed(1, 3)), "invalid_utf8", 3);
        }
    }

    @Test
    void aServerThatClosesInsteadOfAnsweringIsNamed() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> false)) {
            assertErrors(run(server.address(), TestWorkload.closed(1, 3)), "closed_before_answer", 3);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void aResetInMidAnswerIsNamed() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.EVENT_STREAM + Answers.chunk(Answers.content("one")));
            exchange.reset();
            return false;
        })) {
            CollectingSink sink = run(server.address(), TestWorkload.closed(1, 3));
            assertThat(sink.aggregate().measured().failed()).isEqualTo(3);
            assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of("connection_reset", 3L));
        }
    }

    @Test
    void aServerThatNeverAnswersIsATimeout() throws Exception {
        TestWorkload workload = TestWorkload.closed(2, 4);
        workload.timeout = Duration.ofMillis(200);
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.awaitClientGone();
            return false;
        })) {
            CollectingSink sink = run(server.address(), workload);
            assertErrors(sink, "timeout", 4);
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void anAnswerThatNeverEndsIsATimeout() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 2);
        workload.timeout = Duration.ofMillis(300);
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.EVENT_STREAM + Answers.chunk(Answers.content("one")));
            exchange.awaitClientGone();
            return false;
        })) {
            CollectingSink sink = run(server.address(), workload);
            assertErrors(sink, "timeout", 2);
            assertThat(sink.records()).allSatisfy(record -> {
                assertThat(record.chunks()).isEqualTo(1);
                assertThat(record.firstChunkNanos()).isNotNull();
            });
        }
    }

    /** The connections are not accepted: the listener's backlog is full. */
    @Test
    void aRequestThatGetsNoConnectionInTimeIsNamed() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 2);
        workload.timeout = Duration.ofMillis(300);
        try (FullListener server = new FullListener()) {
            assertErrors(run(server.address(), workload), "connect_timeout", 2);
        }
    }

    @Test
    void aNameThatIsNotKnownFailsThatReplicaAlone() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("a")));
            return true;
        })) {
            CollectingSink sink = EngineRun.against(
                    List.of(server.address(), URI.create("http://no-such-host.invalid:80")),
                    TestWorkload.closed(1, 10_000));
            RequestCounts counts = sink.aggregate().measured();

            assertThat(counts.errors()).isEqualTo(Map.of("name_resolution", 5_000L));
            assertThat(counts.completed()).isEqualTo(5_000);
            assertThat(sink.aggregate().targets().get(0).measured().completed()).isEqualTo(5_000);
            assertThat(sink.aggregate().targets().get(1).measured().failed()).isEqualTo(5_000);
        }
    }

    @Test
    void withoutUsageTheChunksAreCountedAndThatIsSaid() throws Exception {
        String stream = Answers.EVENT_STREAM
                + Answers.chunk(Answers.content("one"))
                + Answers.chunk(Answers.content("two"))
                + Answers.chunk("data: [DONE]\n\n")
                + "0\r\n\r\n";
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(stream);
            return true;
        })) {
            CollectingSink sink = run(server.address(), TestWorkload.closed(1, 3));

            assertThat(sink.aggregate().measured().completed()).isEqualTo(3);
            assertThat(sink.aggregate().measured().outputTokens()).isEqualTo(6);
            assertThat(sink.aggregate().tokenSource()).isEqualTo(TokenSource.CHUNKS);
        }
    }

    @Test
    void whatComesBehindAnAnswerIsNotTakenForTheNext() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("a")) + "HTTP/1.1 500 Unasked\r\ncontent-length: 0\r\n\r\n");
            return true;
        })) {
            CollectingSink sink = run(server.address(), TestWorkload.closed(1, 5));

            assertThat(sink.aggregate().measured().errors()).isEmpty();
            assertThat(sink.aggregate().measured().completed()).isEqualTo(5);
        }
    }

    @Test
    void aWholeAnswerBeyondTheLimitIsNamed() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 3);
        workload.streaming = false;
        String body = "{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(MAXIMUM_EVENT_BYTES) + "\"}}]}";
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.json(body));
            return true;
        })) {
            assertErrors(run(server.address(), workload), "oversized_event", 3);
        }
    }

    private static void assertErrors(CollectingSink sink, String cause, long count) throws Exception {
        assertThat(sink.aggregate().measured().errors()).isEqualTo(Map.of(cause, count));
        assertThat(sink.aggregate().measured().scheduled()).isEqualTo(count);
        assertThat(sink.records())
                .hasSize((int) count)
                .extracting(RequestRecord::error)
                .containsOnly(cause);
        assertThat(sink.await().error()).isNull();
    }

    private static CollectingSink run(URI target, TestWorkload workload) throws Exception {
        EngineSettings usual = EngineSettings.forCores(1).withoutWarmUp();
        EngineSettings tight = new EngineSettings(
                1,
                usual.maximumInFlight(),
                usual.maximumConnecting(),
                usual.connectTimeout(),
                MAXIMUM_HEAD_BYTES,
                MAXIMUM_EVENT_BYTES,
                MAXIMUM_CHUNKS,
                usual.spin(),
                usual.encodedAheadBytes(),
                false);
        return EngineRun.against(List.of(target), workload, tight);
    }
}
