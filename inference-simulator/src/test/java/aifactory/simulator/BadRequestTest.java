package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.COMPLETIONS;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.json;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.SimulatorOptions.Capacity;
import aifactory.simulator.server.InferenceSimulator;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BadRequestTest {
    @Test
    void anUnknownModelIsNotFound() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            HttpResponse<String> answer =
                    post(server, CHAT, chat(3, true).replace("{\"mess", "{\"model\":\"other\",\"mess"));
            JsonNode error = json(answer.body()).path("error");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(error.path("message").asString())
                    .isEqualTo("The model `other` does not exist; this server has `simulated-model`.");
            assertThat(error.path("type").asString()).isEqualTo("NotFoundError");
            assertThat(error.path("code").asInt()).isEqualTo(404);
            assertThat(server.statistics().refusedRequests()).isEqualTo(1);
        }
    }

    @Test
    void brokenJsonIsABadRequestAndTheConnectionGoesOn() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, "{\"messages\":")).send(RawClient.post(CHAT, chat(1, false)));
            assertThat(client.readUntil("}}"))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .contains("not valid JSON");
            assertThat(client.readUntil("}}")).startsWith("HTTP/1.1 200 OK\r\n");
        }
    }

    @Test
    void moreTokensThanTheModelTakesAreRefused() throws Exception {
        SimulatorOptions options = options().withCapacity(new Capacity(1, 1, 10, 10_000, 10, 100));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            assertThat(post(server, CHAT, chat(8, false)).statusCode()).isEqualTo(200);
            HttpResponse<String> tooLong = post(server, CHAT, chat(9, false));
            assertThat(tooLong.statusCode()).isEqualTo(400);
            assertThat(tooLong.body())
                    .contains(
                            "maximum context length is 10 tokens; the request has 2 in its prompt and asks for 9 more.");
            String withoutLimit = "{\"prompt\":\"a b c d\"}";
            assertThat(json(post(server, COMPLETIONS, withoutLimit).body())
                            .path("usage")
                            .path("completion_tokens")
                            .asInt())
                    .isEqualTo(6);
        }
    }

    @Test
    void bodiesBeyondTheBoundAreRefused() throws Exception {
        SimulatorOptions options = options().withCapacity(new Capacity(1, 1, 10, 1000, 10, 100));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            assertThat(refusal(server, "POST " + CHAT + " HTTP/1.1\r\nhost: a\r\ncontent-length: 1001\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("larger than 1000 bytes", "--max-body-bytes", "connection: close");
            String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
            assertThat(refusal(
                            server,
                            "POST " + CHAT + " HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n" + chunk
                                    + chunk + chunk))
                    .startsWith("HTTP/1.1 413 ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    'NONSENSE\\r\\n\\r\\n'                                                    | 400
                    'GET / HTTP/1.1\\r\\nhost: a\\r\\nbroken header: \\001\\r\\n\\r\\n'      | 400
                    'POST / HTTP/1.1\\r\\ntransfer-encoding: chunked\\r\\n\\r\\nxyz\\r\\n'     | 400
                    'GET /LONG HTTP/1.1\\r\\n\\r\\n'                                          | 414
                    'GET / HTTP/1.1\\r\\na: LONGLONGLONGLONGLONGLONGLONGLONG\\r\\n\\r\\n'      | 431
                    """)
    void whatIsNotHttpIsRefusedAndTheConnectionClosed(String request, int status) throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options())) {
            String sent = request.translateEscapes().replace("LONG", "x".repeat(9000));
            assertThat(refusal(server, sent))
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("not valid HTTP/1.1");
            assertThat(post(server, CHAT, chat(1, false)).statusCode()).isEqualTo(200);
        }
    }

    private static String refusal(InferenceSimulator server, String request) throws Exception {
        try (RawClient client = RawClient.connect(server)) {
            return client.send(request).readToEnd();
        }
    }
}
