package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.server.InferenceSimulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulator does not do is refused by name, and HEAD is answered without a body. */
@Timeout(60)
final class RefusedMembersTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":2";

    private static HttpResponse<String> post(InferenceSimulator server, String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(server.address() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String exchange(InferenceSimulator server, String requests) throws Exception {
        try (RawClient client = RawClient.connect(server)) {
            return client.send(requests).readToEnd();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n\":2|n",
                "\"logprobs\":true|logprobs",
                "\"top_logprobs\":3|top_logprobs",
                "\"response_format\":{\"type\":\"structural_tag\"}|response_format",
                "\"response_format\":\"json\"|response_format",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":[]}}|response_format",
                "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"pattern\":\"^z{3}$\"}}}|response_format",
                "\"structured_outputs\":{\"regex\":\"a+\"}|structured_outputs",
                "\"tool_choice\":\"required\"|tool_choice",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}|tool_choice",
                "\"guided_json\":{\"type\":\"objekt\"}|guided_json",
                "\"guided_regex\":\"a+\"|guided_regex",
                "\"audio\":{\"voice\":\"x\"}|audio",
            })
    void whatIsNotSimulatedIsRefusedByName(String member, String name) throws Exception {
        try (InferenceSimulator server =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
            HttpResponse<String> refused = post(server, "/v1/chat/completions", "{" + MESSAGES + "," + member + "}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("\"param\":\"" + name + "\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":1",
                "\"logprobs\":false",
                "\"logprobs\":null",
                "\"top_logprobs\":0",
                "\"response_format\":{\"type\":\"text\"}",
                "\"tool_choice\":\"auto\"",
                "\"tool_choice\":\"none\"",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
            })
    void whatAsksForNothingIsAccepted(String member) throws Exception {
        try (InferenceSimulator server =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
            assertThat(post(server, "/v1/chat/completions", "{" + MESSAGES + "," + member + "}")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void severalPromptsAreRefused() throws Exception {
        try (InferenceSimulator server =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
            HttpResponse<String> refused =
                    post(server, "/v1/completions", "{\"prompt\":[\"a\",\"b\"],\"max_tokens\":2}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("2 prompts");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/metrics", "/v1/models", "/version"})
    void headHasTheLengthAndNoBody(String path) throws Exception {
        try (InferenceSimulator server =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
            String response = exchange(
                    server,
                    "HEAD " + path
                            + " HTTP/1.1\r\nhost: x\r\n\r\nGET /version HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            assertThat(response).startsWith("HTTP/1.1 200").contains("content-length: ");
            String second = response.substring(response.indexOf("\r\n\r\n") + 4);
            assertThat(second).startsWith("HTTP/1.1 200").contains("\"version\"");
        }
    }

    @Test
    void errorsToHeadHaveNoBodyEither() throws Exception {
        try (InferenceSimulator server =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
            for (String path : new String[] {"/nowhere", "/v1/chat/completions"}) {
                String response =
                        exchange(server, "HEAD " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
                assertThat(response).startsWith("HTTP/1.1 40").endsWith("\r\n\r\n");
            }
        }
    }
}
