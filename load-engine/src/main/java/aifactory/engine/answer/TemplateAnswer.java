package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the answers and events of an endpoint that only the user's template describes: a pointer names the place of the
 * generated content. Reads the whole document and allocates, unlike {@link AnswerScanner}, which knows its endpoints.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class TemplateAnswer {
    /** OpenAI; Anthropic; Ollama; SGLang; TGI; Gemini; what names them at its root. */
    private static final List<JsonPointer> FINISH_REASONS = pointers(
            "/choices/0/finish_reason",
            "/delta/stop_reason",
            "/stop_reason",
            "/done_reason",
            "/meta_info/finish_reason",
            "/details/finish_reason",
            "/candidates/0/finishReason",
            "/finish_reason");

    private static final List<JsonPointer> PROMPT_TOKENS = pointers(
            "/usage/prompt_tokens",
            "/usage/input_tokens",
            "/message/usage/input_tokens",
            "/prompt_eval_count",
            "/meta_info/prompt_tokens",
            "/usageMetadata/promptTokenCount");
    private static final List<JsonPointer> COMPLETION_TOKENS = pointers(
            "/usage/completion_tokens",
            "/usage/output_tokens",
            "/eval_count",
            "/meta_info/completion_tokens",
            "/details/generated_tokens",
            "/usageMetadata/candidatesTokenCount");

    private final JsonPointer pointer;
    private boolean content;
    private String text = "";
    private boolean usage;
    private long promptTokens;
    private long completionTokens;
    private final List<String> finishReasons = new ArrayList<>();

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
     * @return what it says went wrong, null when it says nothing of the kind
     * @throws AnswerFault when it is not JSON, or not UTF-8
     */
    @Nullable
    String read(byte[] bytes, int from, int to) throws AnswerFault {
        JsonNode root;
        try {
            root = WholeJson.READER.readValue(bytes, from, to - from);
        } catch (JacksonException e) {
            throw isUtf8(bytes, from, to)
                    ? new AnswerFault(FailureKind.MALFORMED_EVENT, "not JSON: " + ErrorText.excerpt(bytes, from, to))
                    : new AnswerFault(FailureKind.INVALID_UTF8, "bytes that are not UTF-8");
        }
        JsonNode found = root.at(pointer);
        content = isContent(found);
        text = found.isString() ? found.stringValue() : "";
        promptTokens = count(root, PROMPT_TOKENS);
        completionTokens = count(root, COMPLETION_TOKENS);
        usage = promptTokens != AnswerScanner.NO_COUNT
                || completionTokens != AnswerScanner.NO_COUNT
                || (root.path("usage").isObject() && !root.path("usage").isEmpty());
        takeFinishReasons(root);
        return ServerErrors.in(root, content);
    }

    private void takeFinishReasons(JsonNode root) {
        finishReasons.clear();
        for (JsonPointer place : FINISH_REASONS) {
            JsonNode reason = root.at(place);
            String word = reason.isObject()
                    ? reason.path("type").asString("")
                    : reason.isString() ? reason.stringValue() : "";
            if (!word.isEmpty() && !word.equals("null") && !word.equals("None")) {
                finishReasons.add(word);
            }
        }
    }

    /** The largest of the counts that are there and can be one. */
    private static long count(JsonNode root, List<JsonPointer> places) {
        long count = AnswerScanner.NO_COUNT;
        for (JsonPointer place : places) {
            JsonNode node = root.at(place);
            double value = node.isNumber() ? node.asDouble(-1) : -1;
            if (value >= 0 && value <= AnswerScanner.MOST_TOKENS && value == Math.rint(value)) {
                count = Math.max(count, (long) value);
            }
        }
        return count;
    }

    private static List<JsonPointer> pointers(String... places) {
        return Arrays.stream(places).map(JsonPointer::compile).toList();
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

    /** Why the server says that it ended, in the places where public APIs say so; mostly empty. */
    List<String> finishReasons() {
        return finishReasons;
    }

    /** {@link AnswerScanner#NO_COUNT} where there is none. */
    long promptTokens() {
        return promptTokens;
    }

    /** {@link AnswerScanner#NO_COUNT} where there is none. */
    long completionTokens() {
        return completionTokens;
    }
}
