package aifactory.server.readiness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Answers as configured; run as a program it is a server that is ready at once, or one that gives no
 * token.
 */
public final class FakeInferenceServer implements AutoCloseable {
    private final HttpServer http;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile String key = "";

    /** A status and a body. */
    record Answer(int status, String body) {}

    FakeInferenceServer(int port) throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    public static void main(String[] arguments) throws IOException {
        FakeInferenceServer server = new FakeInferenceServer(Integer.parseInt(arguments[0]));
        server.answer("/health", 200, "{}");
        if (arguments.length > 1 && arguments[1].equals("silent")) {
            server.keepSilent("/v1/completions");
        } else {
            server.answer("/v1/completions", 200, "{\"usage\":{\"completion_tokens\":8}}");
        }
    }

    FakeInferenceServer answer(String path, int status, String body) {
        answers.put(path, new Answer(status, body));
        return this;
    }

    /** Refuses requests without that key. */
    FakeInferenceServer require(String newKey) {
        key = newKey;
        return this;
    }

    /** Takes the request and never answers. */
    FakeInferenceServer keepSilent(String path) {
        silent.add(path);
        return this;
    }

    int port() {
        return http.getAddress().getPort();
    }

    long asked(String path) {
        return asked.stream().filter(path::equals).count();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        exchange.getRequestBody().readAllBytes();
        if (silent.contains(path)) {
            return;
        }
        String shown = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
        Answer answer = key.isEmpty() || shown.equals("Bearer " + key)
                ? answers.getOrDefault(path, new Answer(404, "not here"))
                : new Answer(401, "no key");
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
