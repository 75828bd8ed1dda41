package aifactory.engine.answer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * Reads the answers and events of an endpoint that only the user's template describes: a pointer names the place of the
 * generated content.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class TemplateAnswer extends DocumentAnswer {
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
     * @throws IllegalArgumentException for text that is not a JSON pointer
     */
    TemplateAnswer(String pointer) {
        this.pointer = JsonPointer.compile(pointer);
    }

    @Override
    boolean take(JsonNode root) {
        JsonNode found = root.at(pointer);
        content = isContent(found);
        text = found.isString() ? found.stringValue() : "";
        promptTokens = count(root, PROMPT_TOKENS);
        completionTokens = count(root, COMPLETION_TOKENS);
        usage = promptTokens != AnswerScanner.NO_COUNT
                || completionTokens != AnswerScanner.NO_COUNT
                || (root.path("usage").isObject() && !root.path("usage").isEmpty());
        takeFinishReasons(root);
        return content;
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

    @Override
    boolean hasContent() {
        return content;
    }

    @Override
    String text() {
        return text;
    }

    @Override
    boolean hasUsage() {
        return usage;
    }

    /** In the places where public APIs say so. */
    @Override
    List<String> finishReasons() {
        return finishReasons;
    }

    @Override
    long promptTokens() {
        return promptTokens;
    }

    @Override
    long completionTokens() {
        return completionTokens;
    }
}
