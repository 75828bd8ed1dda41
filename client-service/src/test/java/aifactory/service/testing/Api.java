package aifactory.service.testing;

import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls a service over real HTTP with the token, and validates every response against the OpenAPI file. Immutable. */
public final class Api {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient client;
    private final URI service;
    private final @Nullable String token;

    public Api(HttpClient client, URI service, @Nullable String token) {
        this.client = client;
        this.service = service;
        this.token = token;
    }

    /** The same service called with another token; null for none. */
    public Api as(@Nullable String otherToken) {
        return new Api(client, service, otherToken);
    }

    public Answer get(String path) {
        return send("GET", path, null, Map.of());
    }

    public Answer delete(String path) {
        return send("DELETE", path, null, Map.of());
    }

    /** @param body text is sent as it is, anything else as JSON */
    public Answer post(String path, Object body) {
        return send("POST", path, bytes(body), Map.of("Content-Type", "application/json"));
    }

    private static byte[] bytes(Object body) {
        return switch (body) {
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            default -> JsonFormat.mapper().writeValueAsBytes(body);
        };
    }

    public Answer send(String method, String path, byte @Nullable [] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service + path))
                .timeout(PATIENCE)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::setHeader);
        if (token != null) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            OpenApiContract.served()
                    .check(
                            method,
                            path,
                            response.statusCode(),
                            response.headers().firstValue("Content-Type").orElse(""),
                            response.body());
            return new Answer(method + " " + path, response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
