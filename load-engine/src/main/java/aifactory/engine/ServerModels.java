package aifactory.engine;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks an AI server for the models that it serves. Stateless. */
final class ServerModels {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ServerModels() {}

    /**
     * The name of the server's first model.
     *
     * @param headers sent along, authorization among them
     * @param context for an https address
     * @throws LoadRefusedException when the server does not answer as an OpenAI-compatible one does
     */
    static String first(URI target, Map<String, String> headers, SSLContext context)
            throws LoadRefusedException, InterruptedException {
        URI address = URI.create(target.toString().replaceAll("/+$", "") + "/v1/models");
        String remedy = "; name the model with --model, or check the server's address";
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(PATIENCE);
        headers.forEach(request::setHeader);
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .sslContext(context)
                .build()) {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new LoadRefusedException(address + " answered with status " + response.statusCode() + remedy);
            }
            JsonNode id = JsonMapper.shared().readTree(response.body()).at("/data/0/id");
            if (!id.isString()) {
                throw new LoadRefusedException(address + " names no model" + remedy);
            }
            return id.stringValue();
        } catch (IOException e) {
            String words = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new LoadRefusedException(address + " does not answer (" + words + ")" + remedy);
        } catch (JacksonException e) {
            throw new LoadRefusedException(address + " did not answer with JSON" + remedy);
        }
    }
}
