package aifactory.commandline;

import aifactory.protocol.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as a Client Service would, with what the test laid down, and keeps what it was asked. On loopback. */
final class StubService implements AutoCloseable {
    private record Prepared(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Prepared> answers = new ConcurrentHashMap<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();

    StubService() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** @param question method and path without its query, {@code GET /api/v1/jobs} */
    StubService on(String question, Object body) {
        return on(question, 200, body);
    }

    StubService on(String question, int status, Object body) {
        answers.put(question, new Prepared(status, JsonFormat.mapper().writeValueAsString(body)));
        return this;
    }

    /** Method, path, query and body of everything that was asked, in order. */
    List<String> questions() {
        return questions;
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            questions.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI() + (body.isEmpty() ? "" : " " + body));
            Prepared prepared = answers.getOrDefault(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
                    new Prepared(404, "{\"title\":\"Not Found\",\"status\":404,\"detail\":\"nothing was prepared\"}"));
            byte[] bytes = prepared.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .add("Content-Type", prepared.status() < 400 ? "application/json" : "application/problem+json");
            exchange.sendResponseHeaders(prepared.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
