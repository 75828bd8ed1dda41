package aifactory.server.readiness;

import aifactory.access.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a server for a token, by the OpenAI API: completions, or chat where it has none, or embeddings where it makes no
 * text. Used by one thread.
 */
final class FirstToken {
    private static final int LARGEST_ANSWER_BYTES = 4 << 20;
    private static final int TOKENS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<Route> ROUTES = List.of(
            new Route("/v1/completions", Map.of("prompt", "Hello", "max_tokens", TOKENS)),
            new Route(
                    "/v1/chat/completions",
                    Map.of("messages", List.of(Map.of("role", "user", "content", "Hello")), "max_tokens", TOKENS)),
            new Route("/v1/embeddings", Map.of("input", "Hello")));

    private final BoundedHttp http;
    private final String base;
    private final Map<String, String> headers;
    private @Nullable Route route;

    /** @param headers of every request */
    FirstToken(BoundedHttp http, String base, Map<String, String> headers) {
        this.headers = headers;
        this.http = http;
        this.base = base;
    }

    /** A way to ask for a token. */
    private record Route(String path, Map<String, Object> body) {}

    /**
     * One request.
     *
     * @return what is wrong; empty when a token came
     */
    Optional<String> ask(@Nullable String model) throws InterruptedException {
        String problem = "";
        for (Route candidate : route == null ? ROUTES : List.of(route)) {
            try {
                Optional<String> answer = ask(candidate, model);
                if (answer.isEmpty()) {
                    route = candidate;
                    return answer;
                }
                problem = problem.isEmpty() ? answer.get() : problem;
            } catch (IOException e) {
                // Another route of a server that breaks off or keeps silent would do no better.
                return Optional.of(candidate.path + " failed: " + e);
            }
        }
        return Optional.of(problem);
    }

    private Optional<String> ask(Route asked, @Nullable String model) throws IOException, InterruptedException {
        Map<String, Object> body = new TreeMap<>(asked.body);
        if (model != null) {
            body.put("model", model);
        }
        BoundedHttp.Request request = BoundedHttp.Request.post(
                URI.create(base), asked.path, headers, JsonMapper.shared().writeValueAsBytes(body));
        try {
            BoundedHttp.Response answer = http.send(request, PATIENCE, LARGEST_ANSWER_BYTES);
            if (answer.status() != 200) {
                return Optional.of(asked.path + " answered " + answer.status() + ": " + shorten(answer.text()));
            }
            return hasToken(JsonMapper.shared().readTree(answer.text()))
                    ? Optional.empty()
                    : Optional.of(asked.path + " answered without a token: " + shorten(answer.text()));
        } catch (JacksonException e) {
            return Optional.of(asked.path + " did not answer with JSON: " + shorten(e.getOriginalMessage()));
        }
    }

    /** A model may begin with a token that is no text: what counts is that it was generated. */
    private static boolean hasToken(JsonNode answer) {
        boolean counted = answer.at("/usage/completion_tokens").asInt(0) > 0;
        boolean text = !answer.at("/choices/0/text").asString("").isEmpty()
                || !answer.at("/choices/0/message/content").asString("").isEmpty();
        return counted || text || answer.at("/data/0/embedding").isArray();
    }

    private static String shorten(@Nullable String text) {
        String plain = String.valueOf(text).replaceAll("\\p{Cntrl}", " ");
        return plain.length() <= 300 ? plain : plain.substring(0, 300) + "…";
    }
}
