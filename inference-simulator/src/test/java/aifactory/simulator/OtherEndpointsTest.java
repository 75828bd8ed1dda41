package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.COMPLETIONS;
import static aifactory.simulator.SimulatorCalls.events;
import static aifactory.simulator.SimulatorCalls.get;
import static aifactory.simulator.SimulatorCalls.json;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.simulator.server.InferenceSimulator;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import tools.jackson.databind.JsonNode;

@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // started before the first test
class OtherEndpointsTest {
    private InferenceSimulator server;

    @BeforeAll
    void start() throws Exception {
        server = InferenceSimulator.start(options().withModel("org/model \"7B\""));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aServerMayHaveSeveralModels() throws Exception {
        try (InferenceSimulator several = InferenceSimulator.start(options().withModel("base, adapter"))) {
            assertThat(json(get(several, "/v1/models").body()).path("data").valueStream())
                    .extracting(model -> model.path("id").asString())
                    .containsExactly("base", "adapter");
            for (String name : List.of("base", "adapter")) {
                String body = "{\"prompt\":\"a\",\"max_tokens\":1,\"model\":\"" + name + "\"}";
                assertThat(json(post(several, COMPLETIONS, body).body())
                                .path("model")
                                .asString())
                        .isEqualTo(name);
            }
            assertThat(json(post(several, COMPLETIONS, "{\"prompt\":\"a\",\"max_tokens\":1}")
                                    .body())
                            .path("model")
                            .asString())
                    .isEqualTo("base");
            assertThat(post(several, COMPLETIONS, "{\"prompt\":\"a\",\"model\":\"other\"}")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void completionsStreamTextWithoutARole() throws Exception {
        String body = """
                {"prompt": "one two three", "max_tokens": 3, "stream": true, "stream_options": {"include_usage": true}}""";
        List<String> events = events(post(server, COMPLETIONS, body).body());
        assertThat(events).hasSize(6).last().isEqualTo("[DONE]");
        for (String event : events.subList(0, 3)) {
            JsonNode json = json(event);
            assertThat(json.path("object").asString()).isEqualTo("text_completion");
            assertThat(json.path("id").asString()).startsWith("cmpl-");
            assertThat(json.path("model").asString()).isEqualTo("org/model \"7B\"");
            assertThat(json.path("choices").path(0).path("text").asString()).matches(" [a-z]{5}");
        }
        JsonNode finish = json(events.get(3)).path("choices").path(0);
        assertThat(finish.path("text").asString()).isEmpty();
        assertThat(finish.path("finish_reason").asString()).isEqualTo("length");
        assertThat(json(events.get(4)).path("usage").path("prompt_tokens").asInt())
                .isEqualTo(3);
    }

    @Test
    void completionsAnswerInOneBody() throws Exception {
        JsonNode json = json(post(server, COMPLETIONS, "{\"prompt\":[1,2,3,4],\"max_tokens\":3}")
                .body());
        assertThat(json.path("choices").path(0).path("text").asString()).matches("( [a-z]{5}){3}");
        assertThat(json.path("usage").toString())
                .isEqualTo("{\"prompt_tokens\":4,\"total_tokens\":7,\"completion_tokens\":3}");
    }

    @Test
    void embeddingsAreUnitVectorsOfTheAskedDimensions() throws Exception {
        JsonNode json = json(post(server, "/v1/embeddings", "{\"input\":[\"a b\",\"c\"],\"dimensions\":16}")
                .body());
        assertThat(json.path("object").asString()).isEqualTo("list");
        assertThat(json.path("data").size()).isEqualTo(2);
        assertThat(json.path("usage").path("prompt_tokens").asInt()).isEqualTo(3);
        for (int i = 0; i < 2; i++) {
            assertThat(json.path("data").path(i).path("index").asInt()).isEqualTo(i);
            JsonNode vector = json.path("data").path(i).path("embedding");
            assertThat(vector.size()).isEqualTo(16);
            double squares = 0;
            for (JsonNode value : vector) {
                squares += value.asDouble() * value.asDouble();
            }
            assertThat(squares).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void embeddingsComeInBase64OnRequest() throws Exception {
        String body = "{\"input\":\"a\",\"encoding_format\":\"base64\"}";
        String text = json(post(server, "/v1/embeddings", body).body())
                .path("data")
                .path(0)
                .path("embedding")
                .asString();
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.remaining()).isEqualTo(384 * Float.BYTES);
        double squares = 0;
        while (bytes.hasRemaining()) {
            float value = bytes.getFloat();
            squares += value * value;
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
    }

    @Test
    void listsItsModel() throws Exception {
        JsonNode list = json(get(server, "/v1/models").body());
        assertThat(list.path("object").asString()).isEqualTo("list");
        JsonNode model = list.path("data").path(0);
        assertThat(model.path("id").asString()).isEqualTo("org/model \"7B\"");
        assertThat(model.path("object").asString()).isEqualTo("model");
        assertThat(model.path("max_model_len").asInt()).isEqualTo(131_072);
    }

    @Test
    void tellsItsHealthAndVersion() throws Exception {
        assertThat(get(server, "/health").statusCode()).isEqualTo(200);
        assertThat(get(server, "/health").body()).isEmpty();
        assertThat(json(get(server, "/version?verbose=1").body())
                        .path("version")
                        .asString())
                .isNotBlank();
    }

    @Test
    void unknownPathsAndMethodsAreNamed() throws Exception {
        HttpResponse<String> unknown = get(server, "/v2/chat");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(json(unknown.body()).path("error").path("message").asString())
                .isEqualTo("There is no GET /v2/chat on this server.");
        HttpResponse<String> wrong = get(server, COMPLETIONS);
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().firstValue("allow")).hasValue("POST");
        assertThat(post(server, "/health", "{}").headers().firstValue("allow")).hasValue("GET, HEAD");
    }
}
