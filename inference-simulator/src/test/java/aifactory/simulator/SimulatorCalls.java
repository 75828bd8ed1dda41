package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What tests of a running server share: servers that take no time, calls and their answers. */
final class SimulatorCalls {
    static final JsonMapper JSON = new JsonMapper();
    static final String CHAT = "/v1/chat/completions";
    static final String COMPLETIONS = "/v1/completions";

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private SimulatorCalls() {}

    /** A server on a free port whose tokens take a millisecond or none, with faults. */
    static SimulatorOptions options(String... faults) {
        return SimulatorOptions.defaults()
                .withPort(0)
                .withLatencies(Duration.ofMillis(1), Duration.ZERO)
                .withFaults(Stream.of(faults).map(FaultSpecification::parse).toList());
    }

    /** The body of a chat of two prompt tokens. */
    static String chat(int maxTokens, boolean streamed) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"hello there\"}],\"max_tokens\":" + maxTokens
                + ",\"stream\":" + streamed + ",\"stream_options\":{\"include_usage\":true}}";
    }

    static HttpResponse<String> get(InferenceSimulator server, String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .timeout(LIMIT)
                        .build(),
                BodyHandlers.ofString());
    }

    static HttpResponse<String> post(InferenceSimulator server, String path, String json) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .timeout(LIMIT)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    /** The data of the events of a stream, {@code [DONE]} included. */
    static List<String> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()).strip())
                .toList();
    }

    /** The pieces of content of a stream of a chat. */
    static List<String> contents(String stream) {
        return events(stream).stream()
                .filter(event -> event.startsWith("{"))
                .map(event -> json(event)
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asString(""))
                .filter(content -> !content.isEmpty())
                .toList();
    }

    /** Polls until something holds, for some seconds at most. */
    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end)
                    .as("waited too long until " + what)
                    .isNegative();
            Thread.sleep(2);
        }
    }

    /** A sample of the metrics page. */
    static double metric(InferenceSimulator server, String name) throws Exception {
        String page = get(server, "/metrics").body();
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name + " in " + page));
    }
}
