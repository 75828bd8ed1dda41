package aifactory.workload;

import java.util.regex.Pattern;

/**
 * A request that is not one of the known endpoints.
 *
 * @param path below the AI server's address
 * @param body JSON text in which {@code {prompt}}, {@code {model}}, {@code {max_tokens}} and {@code {index}} are
 *      replaced
 * @param contentPointer a JSON pointer to the generated text within an answer or an event
 */
public record RequestTemplate(String path, String body, String contentPointer) {
    private static final Pattern STREAM = Pattern.compile("\"stream(ing)?\"\\s*:\\s*true");

    /** Whether the request itself asks for a stream, as far as its path and body tell. */
    public boolean asksForStream() {
        return STREAM.matcher(String.valueOf(body)).find()
                || String.valueOf(path).contains("stream");
    }
}
