package aifactory.engine.loop;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Encodes the head of the requests to one AI server. All but the content length and the request's name is encoded once. */
final class RequestHeadEncoder {
    private final byte[] fixed;
    private final String namePrefix;

    /**
     * @param path of the endpoint, below the target's own
     * @param headers more headers; they replace the engine's own of the same name
     * @param namePrefix begins each request's {@code x-request-id}
     */
    RequestHeadEncoder(URI target, String path, Map<String, String> headers, String namePrefix) {
        this.namePrefix = namePrefix;
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("host", target.getRawAuthority());
        fields.put("content-type", "application/json");
        fields.put("accept", "*/*");
        fields.put("user-agent", "aifactory");
        headers.forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
        String basePath = target.getRawPath() == null ? "" : target.getRawPath();
        StringBuilder head = new StringBuilder("POST ")
                .append(basePath.endsWith("/") ? basePath.substring(0, basePath.length() - 1) : basePath)
                .append(path)
                .append(" HTTP/1.1\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        fixed = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The complete request. */
    byte[] prepend(long index, byte[] body) {
        byte[] rest = ("x-request-id: " + namePrefix + index + "\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[fixed.length + rest.length + body.length];
        System.arraycopy(fixed, 0, request, 0, fixed.length);
        System.arraycopy(rest, 0, request, fixed.length, rest.length);
        System.arraycopy(body, 0, request, fixed.length + rest.length, body.length);
        return request;
    }
}
