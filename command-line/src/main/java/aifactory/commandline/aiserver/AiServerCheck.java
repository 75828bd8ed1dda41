package aifactory.commandline.aiserver;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import aifactory.commandline.failure.UnreachableReason;
import aifactory.commandline.session.Interruption;
import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks an AI server for its models before anything is started, so that a wrong address or a wrong name costs a second and not
 * an allocation.
 */
public final class AiServerCheck {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final int LARGEST_ANSWER_BYTES = 8 << 20;
    private static final int NAMED_MODELS = 5;

    private final Interruption interruption;
    private final SSLContext secureContext;

    /**
     * @param secureContext for https servers
     */
    public AiServerCheck(Interruption interruption, SSLContext secureContext) {
        this.interruption = interruption;
        this.secureContext = secureContext;
    }

    /**
     * Makes sure that the server answers like an OpenAI API and has the model.
     *
     * @param model the model's name; null takes the server's first
     * @param headers sent along, authorization among them
     * @return the model's name
     * @throws CommandFailure with exit code 4 when the server cannot be reached or is not ready, 2 when it is not what is
     *     wanted
     */
    public String check(URI server, @Nullable String model, Map<String, String> headers) {
        HttpResponse<byte[]> answer = ask(server, headers);
        requireSuccess(server, answer);
        List<String> models = models(server, answer.body());
        if (model == null) {
            return models.getFirst();
        }
        if (!models.contains(model)) {
            throw CommandFailure.wrongInput("model '" + model + "' is not at " + server + ": "
                    + NearestName.of(model, models)
                            .map(near -> "did you mean '" + near + "'?")
                            .orElseGet(() -> "it has " + named(models)));
        }
        return model;
    }

    private HttpResponse<byte[]> ask(URI server, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve("/v1/models"))
                .timeout(ANSWER_TIMEOUT)
                .header("Accept", "application/json");
        try {
            headers.forEach(request::setHeader);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("a header cannot be sent: " + e.getMessage());
        }
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(secureContext)
                .build()) {
            try {
                CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                                request.GET().build(),
                                information -> HttpResponse.BodySubscribers.limiting(
                                        HttpResponse.BodySubscribers.ofByteArray(), LARGEST_ANSWER_BYTES))
                        // The request's own timeout ends with the headers; a body that trickles would go on for ever.
                        .orTimeout(ANSWER_TIMEOUT.plus(CONNECT_TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
                interruption.awaitDone(answer);
                return answer.join();
            } catch (CompletionException e) {
                throw unreachable(server, e.getCause() == null ? e : e.getCause());
            } finally {
                client.shutdownNow();
            }
        }
    }

    private static CommandFailure unreachable(URI server, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof IOException
                && (message.contains("HTTP/1.1 header parser") || message.contains("status line"))) {
            return notOpenAi(server, "what answers there does not speak HTTP");
        }
        return CommandFailure.unavailable("AI server " + server + " cannot be reached: " + UnreachableReason.of(cause)
                + "; is it running, and can this machine reach it?");
    }

    private static void requireSuccess(URI server, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        if (status == 401 || status == 403) {
            throw CommandFailure.wrongInput("AI server " + server + " refused the request (" + status
                    + "): pass its key with --api-key-file FILE");
        }
        if (status >= 500 || status == 429) {
            throw CommandFailure.unavailable("AI server " + server + " is not ready: GET /v1/models answered " + status
                    + "; wait until it has loaded its model, and look at its log");
        }
        if (status != 200) {
            throw notOpenAi(server, "GET /v1/models answered " + status);
        }
    }

    private static List<String> models(URI server, byte[] body) {
        JsonNode data;
        try {
            data = JsonFormat.mapper()
                    .readTree(new String(body, StandardCharsets.UTF_8))
                    .path("data");
        } catch (JacksonException e) {
            throw notOpenAi(server, "GET /v1/models did not answer JSON");
        }
        if (!data.isArray()) {
            throw notOpenAi(server, "the answer to GET /v1/models has no list 'data'");
        }
        List<String> models = new ArrayList<>();
        data.forEach(entry -> {
            if (entry.path("id").isString()) {
                models.add(entry.path("id").asString());
            }
        });
        if (models.isEmpty()) {
            throw CommandFailure.unavailable("AI server " + server + " lists no model: load one, then try again");
        }
        return models;
    }

    private static CommandFailure notOpenAi(URI server, String why) {
        return CommandFailure.wrongInput(
                server + " is not an OpenAI-compatible server: " + why + "; give the address that serves /v1/models");
    }

    private static String named(List<String> models) {
        String first = String.join(", ", models.subList(0, Math.min(NAMED_MODELS, models.size())));
        return models.size() <= NAMED_MODELS ? first : first + " and " + (models.size() - NAMED_MODELS) + " more";
    }
}
