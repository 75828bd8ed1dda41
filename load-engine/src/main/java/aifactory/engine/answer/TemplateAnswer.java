package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the answers and events of an endpoint that only the user's template knows: a pointer tells where the generated content is.
 * Reads the whole document and allocates, unlike {@link AnswerScanner}, which knows its endpoints.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class TemplateAnswer {
    private static final ObjectReader READER =
            JsonMapper.shared().readerFor(JsonNode.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final JsonPointer pointer;
    private boolean content;
    private String text = "";
    private boolean usage;
    private long promptTokens;
    private long completionTokens;

    /**
     * @param pointer a JSON pointer (RFC 6901); the empty one means the whole document
     * @throws IllegalArgumentException for text that is none
     */
    TemplateAnswer(String pointer) {
        this.pointer = JsonPointer.compile(pointer);
    }

    /**
     * Reads one document.
     *
     * @throws AnswerFault when it is not JSON, not UTF-8, or tells of an error
     */
    void read(byte[] bytes, int from, int to) throws AnswerFault {
        JsonNode root;
        try {
            root = READER.readValue(bytes, from, to - from);
        } catch (JacksonException e) {
            throw isUtf8(bytes, from, to)
                    ? new AnswerFault(FailureKind.MALFORMED_EVENT, "not JSON: " + ErrorText.excerpt(bytes, from, to))
                    : new AnswerFault(FailureKind.INVALID_UTF8, "bytes that are not UTF-8");
        }
        JsonNode error = root.path("error");
        if (error.isObject() || error.isString()) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, ErrorText.of(bytes, from, to));
        }
        JsonNode found = root.at(pointer);
        content = isContent(found);
        text = found.isString() ? found.stringValue() : "";
        usage = root.path("usage").isObject();
        promptTokens = root.at("/usage/prompt_tokens").asLong(0);
        completionTokens = root.at("/usage/completion_tokens").asLong(0);
    }

    private static boolean isContent(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> !node.stringValue().isEmpty();
            case ARRAY, OBJECT -> !node.isEmpty();
            case NUMBER, BOOLEAN, BINARY, POJO -> true;
            case MISSING, NULL -> false;
        };
    }

    private static boolean isUtf8(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    boolean hasContent() {
        return content;
    }

    /** The content where it is a text, as the inside of a JSON string. */
    byte[] escapedText() {
        byte[] quoted = JsonMapper.shared().writeValueAsBytes(text);
        return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
    }

    boolean hasUsage() {
        return usage;
    }

    long promptTokens() {
        return promptTokens;
    }

    long completionTokens() {
        return completionTokens;
    }
}
