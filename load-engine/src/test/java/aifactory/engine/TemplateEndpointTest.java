package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import aifactory.measurement.TokenSource;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestTemplate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Endpoints that only a template of the user knows. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TemplateEndpointTest {
    private static final String BODY = "{\"inputs\":\"{prompt}\",\"parameters\":{\"max_new_tokens\":{max_tokens}}}";

    @Test
    void aStreamIsReadWhereTheTemplatePoints() throws Exception {
        String stream = Answers.EVENT_STREAM
                + Answers.chunk("data: {\"token\":{\"text\":\"\"}}\n\n")
                + Answers.chunk("data: {\"token\":{\"text\":\" one\"}}\n\n")
                + Answers.chunk("data: {\"token\":{\"text\":\" two\"},\"generated_text\":\" one two\"}\n\n")
                + "0\r\n\r\n";
        CollectingSink sink = run(stream, true, "/token/text");
        RequestCounts counts = sink.aggregate().measured();

        assertThat(counts.errors()).isEmpty();
        assertThat(counts.completed()).isEqualTo(4);
        assertThat(counts.chunks()).isEqualTo(8);
        assertThat(sink.aggregate().tokenSource()).isEqualTo(TokenSource.CHUNKS);
    }

    @Test
    void aWholeAnswerMayBeAnyJson() throws Exception {
        CollectingSink sink = run(Answers.json("[[0.25, 0.5]]"), false, "/0/0");

        assertThat(sink.aggregate().measured().errors()).isEmpty();
        assertThat(sink.aggregate().measured().completed()).isEqualTo(4);
    }

    @Test
    void usageIsTakenWhereThereIsOne() throws Exception {
        CollectingSink sink = run(
                Answers.json("{\"text\":\"x\",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7}}"),
                false,
                "/text");

        assertThat(sink.aggregate().measured().inputTokens()).isEqualTo(20);
        assertThat(sink.aggregate().measured().outputTokens()).isEqualTo(28);
        assertThat(sink.aggregate().tokenSource()).isEqualTo(TokenSource.USAGE);
    }

    @Test
    void whatIsWrongIsNamed() throws Exception {
        assertError(Answers.json("{\"other\":\"x\"}"), "/text", "no_content");
        assertError(Answers.json("{\"error\":\"overloaded\"}"), "/text", "error_in_body");
        assertError(Answers.json("{\"text\":"), "/text", "malformed_event");
        assertError(Answers.json("{\"text\":\"x\"} more"), "/text", "malformed_event");
    }

    private static void assertError(String answer, String pointer, String cause) throws Exception {
        assertThat(run(answer, false, pointer).aggregate().measured().errors()).isEqualTo(Map.of(cause, 4L));
    }

    private static CollectingSink run(String answer, boolean streaming, String pointer) throws Exception {
        TestWorkload workload = TestWorkload.closed(2, 4);
        workload.endpoint = Endpoint.TEMPLATE;
        workload.streaming = streaming;
        workload.template = new RequestTemplate("/generate", BODY, pointer);
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(answer);
            return true;
        })) {
            CollectingSink sink = EngineRun.against(List.of(server.address()), workload);
            assertThat(server.requests()).hasSize(4).allSatisfy(request -> {
                assertThat(request.head()).startsWith("POST /generate HTTP/1.1\r\n");
                assertThat(request.body()).contains("\"max_new_tokens\":4").doesNotContain("{prompt}");
            });
            return sink;
        }
    }
}
