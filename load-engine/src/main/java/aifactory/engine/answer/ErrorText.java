package aifactory.engine.answer;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes a short line for people of what a server said went wrong. Only for failures: it allocates. Stateless. */
final class ErrorText {
    private static final int MAXIMUM_CHARACTERS = 300;

    private ErrorText() {}

    /** The message inside an error object of the usual forms, else the beginning of the text. */
    static String of(byte[] bytes, int from, int to) {
        try {
            JsonNode root = JsonMapper.shared().readTree(bytes, from, to - from);
            JsonNode error = root.path("error");
            for (JsonNode candidate :
                    new JsonNode[] {error.path("message"), error, root.path("message"), root.path("detail")}) {
                if (candidate.isString()) {
                    return shorten(candidate.stringValue());
                }
            }
        } catch (JacksonException e) {
            // Not JSON: the text itself is the message.
        }
        return excerpt(bytes, from, to);
    }

    static String excerpt(byte[] bytes, int from, int to) {
        int length = Math.min(to - from, MAXIMUM_CHARACTERS * 2);
        return shorten(new String(bytes, from, length, StandardCharsets.UTF_8));
    }

    private static String shorten(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAXIMUM_CHARACTERS ? line : line.substring(0, MAXIMUM_CHARACTERS) + "…";
    }
}
