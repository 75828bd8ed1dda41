package aifactory.service.coordination;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks an AI server what it is, for the provenance of a result. A server that does not tell is no fault. Stateless. */
final class AiServerProbe {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_CHARACTERS = 4_000;

    private AiServerProbe() {}

    static Map<String, Object> ask(String address) throws InterruptedException {
        String base = address.replaceAll("/+$", "");
        Map<String, Object> told = new LinkedHashMap<>();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            JsonNode models = get(client, base + "/v1/models");
            if (models.at("/data/0/id").isString()) {
                told.put("model", models.at("/data/0/id").stringValue());
            }
            JsonNode version = get(client, base + "/version");
            if (version.path("version").isString()) {
                told.put("version", version.path("version").stringValue());
            }
        }
        return told;
    }

    private static JsonNode get(HttpClient client, String address) throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            boolean usable = response.statusCode() == 200 && response.body().length() <= MOST_CHARACTERS * 100;
            return usable
                    ? JsonMapper.shared().readTree(response.body())
                    : JsonMapper.shared().createObjectNode();
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            return JsonMapper.shared().createObjectNode();
        }
    }
}
