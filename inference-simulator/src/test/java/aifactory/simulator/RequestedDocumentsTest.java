package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.document.DocumentSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests for JSON documents are answered with one that the schema accepts, as a stream and as a whole. */
@Timeout(60)
final class RequestedDocumentsTest {
    private static final String SCHEMA =
            "{\"type\":\"object\",\"required\":[\"name\",\"n\"],\"additionalProperties\":false,"
                    + "\"properties\":{\"name\":{\"type\":\"string\",\"minLength\":20},\"n\":{\"type\":\"integer\",\"minimum\":5},"
                    + "\"kind\":{\"enum\":[\"a \\\"quoted\\\" one\",\"b\"]},\"tags\":{\"type\":\"array\",\"minItems\":2,\"items\":"
                    + "{\"$ref\":\"#/$defs/tag\"}}},\"$defs\":{\"tag\":{\"type\":[\"number\",\"null\"]}}}";

    private static HttpResponse<String> post(InferenceSimulator server, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + path))
                    .timeout(Duration.ofSeconds(20))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static InferenceSimulator server(String... faults) throws Exception {
        return InferenceSimulator.start(SimulatorOptions.defaults()
                .withPort(0)
                .withLatencies(Duration.ofMillis(1), Duration.ZERO)
                .withFaults(
                        List.of(faults).stream().map(FaultSpecification::parse).toList()));
    }

    private static String chat(int maxTokens, boolean stream, String schema) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":" + maxTokens + ",\"stream\":"
                + stream
                + ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":" + schema
                + "}}}";
    }

    private static boolean isValid(String schema, String text) {
        return Boolean.TRUE.equals(
                DocumentSchema.of(JsonMapper.shared().readTree(schema)).accepts(text));
    }

    private static String content(String body) {
        return JsonMapper.shared()
                .readTree(body)
                .at("/choices/0/message/content")
                .asString("none");
    }

    private static String streamed(String body) {
        StringBuilder text = new StringBuilder();
        for (String line : body.split("\n")) {
            if (line.startsWith("data: {")) {
                JsonNode delta = JsonMapper.shared().readTree(line.substring(6)).at("/choices/0/delta");
                text.append(delta.path("content").asString(""));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SCHEMA,
                "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":3}",
                "{\"anyOf\":[{\"type\":\"number\",\"exclusiveMinimum\":3,\"maximum\":4},{\"type\":\"string\"}]}",
                "{\"const\":7}",
                "{\"properties\":{\"d\":{\"type\":\"string\",\"format\":\"date\"},\"s\":{\"type\":\"string\",\"maxLength\":3}}}",
                "{\"type\":\"object\",\"required\":[\"next\"],\"properties\":{\"next\":{\"anyOf\":[{\"$ref\":\"#\"},"
                        + "{\"type\":\"null\"}]}}}",
                "true",
            })
    void aDocumentOfTheSchemaIsGenerated(String schema) throws Exception {
        try (InferenceSimulator server = server()) {
            HttpResponse<String> whole = post(server, "/v1/chat/completions", chat(500, false, schema));
            assertThat(whole.body()).contains("\"finish_reason\":\"stop\"");
            assertThat(isValid(schema, content(whole.body())))
                    .as(content(whole.body()))
                    .isTrue();
            HttpResponse<String> stream = post(server, "/v1/chat/completions", chat(500, true, schema));
            assertThat(stream.body()).endsWith("data: [DONE]\n\n");
            assertThat(streamed(stream.body())).isEqualTo(content(whole.body()));
        }
    }

    @Test
    void aDocumentThatIsCutByTheTokenLimitEndsByLength() throws Exception {
        try (InferenceSimulator server = server()) {
            HttpResponse<String> whole = post(server, "/v1/chat/completions", chat(4, false, SCHEMA));
            assertThat(whole.body()).contains("\"finish_reason\":\"length\"").contains("\"completion_tokens\":4");
            assertThat(isValid(SCHEMA, content(whole.body()))).isFalse();
        }
    }

    @Test
    void reasoningPrecedesTheDocument() throws Exception {
        try (InferenceSimulator server = server("reasoning:5")) {
            HttpResponse<String> stream = post(server, "/v1/chat/completions", chat(500, true, SCHEMA));
            assertThat(stream.body()).contains("reasoning_content");
            assertThat(isValid(SCHEMA, streamed(stream.body()))).isTrue();
            HttpResponse<String> whole = post(server, "/v1/chat/completions", chat(500, false, SCHEMA));
            assertThat(isValid(SCHEMA, content(whole.body()))).isTrue();
        }
    }

    @Test
    void someDocumentsAreBrokenOnRequest() throws Exception {
        try (InferenceSimulator server = server("invalid-document:every=2")) {
            int valid = 0;
            for (int i = 0; i < 4; i++) {
                String body = post(server, "/v1/chat/completions", chat(500, false, SCHEMA))
                        .body();
                valid += isValid(SCHEMA, content(body)) ? 1 : 0;
            }
            assertThat(valid).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions | {\"messages\":M,\"guided_json\":S} | /choices/0/message/content",
                "/v1/chat/completions | {\"messages\":M,\"structured_outputs\":{\"json\":S}} | /choices/0/message/content",
                "/v1/completions | {\"prompt\":\"a\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":S}}} | /choices/0/text",
                "/v1/responses | {\"input\":\"a\",\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":S}}} | /output/0/content/0/text",
                "/v1/messages | {\"messages\":M,\"max_tokens\":500,\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":S}}} | /content/0/text",
                "/api/chat | {\"messages\":M,\"stream\":false,\"format\":S} | /message/content",
                "/generate | {\"inputs\":\"a\",\"parameters\":{\"grammar\":{\"type\":\"json\",\"value\":S}}} | /generated_text",
            })
    void everyApiThatHasAFormatGeneratesDocuments(String path, String body, String pointer) throws Exception {
        try (InferenceSimulator server = server()) {
            String filled = body.replace("S}", SCHEMA + "}").replace("M", "[{\"role\":\"user\",\"content\":\"hi\"}]");
            HttpResponse<String> response = post(server, path, filled);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode answer = JsonMapper.shared().readTree(response.body());
            answer = answer.isArray() ? answer.get(0) : answer;
            assertThat(isValid(SCHEMA, answer.at(pointer).asString("none")))
                    .as(response.body())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/messages | {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":5,\"output_config\":{\"format\":{\"type\":\"grammar\"}}} | output_config",
                "/generate | {\"inputs\":\"a\",\"parameters\":{\"grammar\":{\"type\":\"regex\",\"value\":\"a+\"}}} | parameters",
                "/api/chat | {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"format\":{\"type\":\"objekt\"}} | format",
            })
    void otherFormatsAreRefusedByName(String path, String body, String name) throws Exception {
        try (InferenceSimulator server = server()) {
            HttpResponse<String> refused = post(server, path, body);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains(name);
        }
    }
}
