package aifactory.engine.answer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Why one answer ended, choice by choice, in the server's own words.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class FinishReasons {
    /** As many different ones as are kept of one answer. */
    private static final int MOST_KEPT = 4;

    private static final int LONGEST = 64;

    /**
     * The successes of the public APIs, in lower case and with underscores: OpenAI, Azure, vLLM, SGLang, TGI,
     * llama.cpp, TensorRT-LLM, Triton, LMDeploy, Anthropic, Bedrock, Mistral, Cohere, watsonx, Gemini and Vertex,
     * Ollama. A filter that ends a text is the API's way to end it, not a failure of the server.
     */
    private static final Set<String> SUCCESSES = Set.of(
            "stop",
            "length",
            "tool_calls",
            "tool_call",
            "tool_use",
            "function_call",
            "function_calls",
            "content_filter",
            "content_filtered",
            "guardrail_intervened",
            "safety",
            "recitation",
            "blocklist",
            "prohibited_content",
            "spii",
            "refusal",
            "end_turn",
            "pause_turn",
            "max_tokens",
            "max_output_tokens",
            "max_new_tokens",
            "max_length",
            "model_length",
            "token_limit",
            "limit",
            "model_context_window_exceeded",
            "eos",
            "eos_token",
            "end_of_text",
            "end_id",
            "stop_sequence",
            "stop_sequences",
            "stop_sequence_reached",
            "stop_token",
            "stop_word",
            "stop_words",
            "stop_str",
            "word",
            "complete",
            "completed",
            "finished",
            "done",
            "end");

    private String reasons = "";
    private int kept;
    private @Nullable String failure;
    private long finishedBits;

    void clear() {
        reasons = "";
        kept = 0;
        failure = null;
        finishedBits = 0;
    }

    /**
     * A choice has ended.
     *
     * @param bytes contain the reason as the raw content of a JSON string
     * @param choiceBit which one
     */
    void add(byte[] bytes, int from, int to, long choiceBit) {
        String inside = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        add(inside.indexOf('\\') < 0 ? inside : unescaped(inside), choiceBit);
    }

    private static String unescaped(String inside) {
        try {
            return JsonMapper.shared().readValue('"' + inside + '"', String.class);
        } catch (JacksonException e) {
            // Escapes that make no characters, such as half of a pair.
            return inside;
        }
    }

    void add(String asSaid, long choiceBit) {
        finishedBits |= choiceBit;
        String reason = ErrorText.word(asSaid, LONGEST);
        if (!isSuccess(reason) && failure == null) {
            failure = reason;
        }
        if (kept < MOST_KEPT && Arrays.stream(reasons.split(",")).noneMatch(reason::equals)) {
            reasons = kept == 0 ? reason : reasons + "," + reason;
            kept++;
        }
    }

    static boolean isSuccess(String reason) {
        return SUCCESSES.contains(
                reason.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_'));
    }

    /** Whether there was any. */
    boolean any() {
        return kept > 0;
    }

    /** Whether each of the choices has ended. */
    boolean cover(long choiceBits) {
        return (choiceBits & ~finishedBits) == 0;
    }

    /** All of them, joined by commas; null without any. */
    @Nullable
    String joined() {
        return kept == 0 ? null : reasons;
    }

    /** The first that is not a success, or null. */
    @Nullable
    String failure() {
        return failure;
    }
}
