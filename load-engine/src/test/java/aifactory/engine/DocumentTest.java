package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.DocumentCounts;
import aifactory.measurement.RequestRecord;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestPayload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which share of the responses are documents of the requested JSON Schema. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DocumentTest {
    private static final Map<String, Object> SCHEMA =
            Map.of("type", "object", "required", List.of("n"), "properties", Map.of("n", Map.of("type", "integer")));
    private static final Map<String, Object> FORMAT = Map.of(
            "response_format",
            Map.of("type", "json_schema", "json_schema", Map.of("name", "number", "schema", SCHEMA)));

    /** Streams the pieces, or sends them as one text. */
    private static ScriptedServer server(boolean streaming, IntFunction<List<String>> pieces) throws Exception {
        AtomicInteger numbers = new AtomicInteger();
        return ScriptedServer.plain(exchange -> {
            List<String> said = pieces.apply(numbers.getAndIncrement());
            exchange.send(
                    streaming
                            ? Answers.stream(said)
                            : Answers.json("{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
                                    + "{\"role\":\"assistant\",\"content\":\"" + String.join("", said) + "\"}}]}"));
            return true;
        });
    }

    private static TestWorkload workload(long count, boolean streaming) {
        TestWorkload workload = TestWorkload.closed(2, count);
        workload.extraBody = FORMAT;
        workload.streaming = streaming;
        return workload;
    }

    private static List<String> mostlyValid(int number) {
        return switch (number % 10) {
            case 7 -> List.of("{\\\"n\\\"", ":\\\"seven\\\"}");
            case 8 -> List.of("{\\\"n\\\":", "8");
            default -> List.of("{\\\"n\\\"", ": ", number + "}");
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theShareOfValidDocumentsIsCounted(boolean streaming) throws Exception {
        try (ScriptedServer server = server(streaming, DocumentTest::mostlyValid)) {
            CollectingSink sink = EngineRun.against(server.address(), workload(50, streaming));
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().responses().documents()).isEqualTo(new DocumentCounts(50, 40));
            assertThat(sink.aggregate().targets().getFirst().documents()).isEqualTo(new DocumentCounts(50, 40));
            assertThat(server.requests().getFirst().body()).contains("\"response_format\":{");
        }
    }

    @Test
    void nothingIsCheckedUnlessADocumentIsRequested() throws Exception {
        try (ScriptedServer server = server(true, DocumentTest::mostlyValid)) {
            CollectingSink sink = EngineRun.against(server.address(), TestWorkload.closed(2, 10));
            assertThat(sink.aggregate().responses().documents()).isEqualTo(DocumentCounts.NONE);
        }
    }

    /** What the model thinks before it answers is no part of the document; a call of a tool is not one. */
    @Test
    void reasoningIsNoPartOfADocumentAndACallOfAToolIsNotChecked() throws Exception {
        AtomicInteger numbers = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            String reasoning = "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"let me see\"}}]}";
            String tool = "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":"
                    + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}";
            String said = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"{\\\"n\\\":1}\"}}]}";
            boolean calls = numbers.getAndIncrement() % 2 == 1;
            exchange.send(Answers.EVENT_STREAM
                    + Answers.chunk("data: " + reasoning + "\n\n")
                    + Answers.chunk("data: " + (calls ? tool : said) + "\n\n")
                    + Answers.chunk("data: [DONE]\n\n") + "0\r\n\r\n");
            return true;
        })) {
            CollectingSink sink = EngineRun.against(server.address(), workload(10, true));
            assertThat(sink.aggregate().all().completed()).isEqualTo(10);
            assertThat(sink.aggregate().responses().documents()).isEqualTo(new DocumentCounts(5, 5));
        }
    }

    @Test
    void aDocumentThatIsTooLongIsNotCheckedAndDoesNotFailItsRequest() throws Exception {
        List<String> tooLong = java.util.stream.IntStream.range(0, 20)
                .mapToObj(_ -> "1".repeat(60_000))
                .toList();
        try (ScriptedServer server =
                server(true, number -> number == 1 ? tooLong : List.of("{\\\"n\\\":", number + "}"))) {
            TestWorkload workload = workload(4, true);
            workload.concurrency = 1;
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().responses().documents()).isEqualTo(new DocumentCounts(3, 3));
            assertThat(sink.records())
                    .extracting(DocumentTest::verdict)
                    .containsExactlyInAnyOrder("true", "null", "true", "true");
        }
    }

    private static String verdict(RequestRecord record) {
        return record.response() == null
                ? "none"
                : String.valueOf(record.response().validDocument());
    }

    @Test
    void documentsOfSessionsAreCheckedTurnByTurn() throws Exception {
        try (ScriptedServer server = server(true, DocumentTest::mostlyValid)) {
            TestWorkload workload = workload(20, true).withTurns(2, Duration.ZERO);
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().responses().documents()).isEqualTo(new DocumentCounts(20, 16));
        }
    }

    @Test
    void documentsOfDialectsAreChecked() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.json("{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":"
                    + "\"{\\\"n\\\":1}\\n\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":3}"));
            return true;
        })) {
            TestWorkload workload = workload(4, false);
            workload.endpoint = Endpoint.OLLAMA;
            workload.extraBody = Map.of("format", SCHEMA);
            workload.payload = RequestPayload.DEFAULT;
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().responses().documents()).isEqualTo(new DocumentCounts(4, 4));
        }
    }
}
