package aifactory.engine.loop;

import aifactory.workload.AiServerAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the head of the requests to one AI server. All but a renewable key, the content length and the request's name
 * is encoded once.
 */
final class RequestHeadEncoder {
    private final byte[] fixed;
    private final String namePrefix;

    /**
     * @param path of the requests, below the target's own
     * @param headers more headers; they replace the engine's own of the same name
     * @param namePrefix begins each request's {@code x-request-id}
     * @param isAbsolute whether the request target is a URL, as a proxy takes it
     */
    RequestHeadEncoder(
            AiServerAddress target, String path, Map<String, String> headers, String namePrefix, boolean isAbsolute) {
        this.namePrefix = namePrefix;
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("host", target.authority());
        fields.put("content-type", "application/json");
        fields.put("accept", "*/*");
        fields.put("user-agent", "aifactory");
        headers.forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
        StringBuilder head = new StringBuilder("POST ")
                .append(isAbsolute ? "http://" + target.authority() : "")
                .append(target.target(path))
                .append(" HTTP/1.1\r\n");
        fields.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        fixed = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Where the line of a renewable key begins in each request. */
    int keyFrom() {
        return fixed.length;
    }

    /**
     * The complete request.
     *
     * @param key null where the key is among the headers, or there is none
     */
    byte[] prepend(long index, byte[] body, @Nullable KeyLine key) {
        byte[] rest = ("x-request-id: " + namePrefix + index + "\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        int keyLength = key == null ? 0 : key.length();
        int restFrom = fixed.length + keyLength;
        byte[] request = new byte[restFrom + rest.length + body.length];
        System.arraycopy(fixed, 0, request, 0, fixed.length);
        if (key != null) {
            key.copyTo(request, fixed.length);
        }
        System.arraycopy(rest, 0, request, restFrom, rest.length);
        System.arraycopy(body, 0, request, restFrom + rest.length, body.length);
        return request;
    }
}
