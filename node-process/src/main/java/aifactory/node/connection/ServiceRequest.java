package aifactory.node.connection;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the service.
 *
 * @param headers in addition to those of every request
 */
public record ServiceRequest(String method, URI uri, Map<String, String> headers, byte @Nullable [] body) {
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String JSON = "application/json";

    public static ServiceRequest get(URI uri) {
        return new ServiceRequest("GET", uri, Map.of(), null);
    }

    public static ServiceRequest post(URI uri, byte[] json) {
        return post(uri, json, JSON);
    }

    /** A request with a body that is not JSON. */
    public static ServiceRequest post(URI uri, byte[] body, String contentType) {
        return new ServiceRequest("POST", uri, Map.of(CONTENT_TYPE, contentType), body);
    }

    public static ServiceRequest postCompressed(URI uri, byte[] gzippedJson) {
        return new ServiceRequest("POST", uri, Map.of(CONTENT_TYPE, JSON, "Content-Encoding", "gzip"), gzippedJson);
    }
}
