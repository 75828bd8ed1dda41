package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/messages} of Anthropic, vLLM, llama.cpp and others.
 *
 * @see <a href="https://docs.anthropic.com/en/api/messages-streaming">Streaming messages</a>
 */
final class AnthropicMessages implements Dialect {
    @Override
    public boolean usesMessages() {
        return true;
    }

    @Override
    public Map<String, String> headers() {
        return Map.of("anthropic-version", "2023-06-01");
    }

    @Override
    public @Nullable String keyHeader() {
        return "x-api-key";
    }

    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", parts.model());
        body.put("messages", parts.messages());
        body.put("max_tokens", parts.outputTokens());
        body.put("stream", parts.streaming());
        if (parts.ignoreEos()) {
            body.put("ignore_eos", true);
        }
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        switch (Dialects.text(document.path("type"))) {
            case "message_start" -> usage(document.at("/message/usage"), response);
            case "content_block_start" -> block(document.path("content_block"), response);
            case "content_block_delta" -> delta(document.path("delta"), response);
            case "message_delta" -> {
                usage(document.path("usage"), response);
                response.addFinishReason(Dialects.text(document.at("/delta/stop_reason")));
            }
            case "message_stop" -> response.setDone();
            case "message" -> {
                document.path("content").forEach(block -> block(block, response));
                usage(document.path("usage"), response);
                response.addFinishReason(Dialects.text(document.path("stop_reason")));
            }
            case "content_block_stop", "ping" -> {
                // Nothing that is measured.
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void block(JsonNode block, DialectResponse response) {
        switch (Dialects.text(block.path("type"))) {
            case "text" -> response.addText(Dialects.text(block.path("text")));
            case "thinking" -> response.addReasoning(Dialects.text(block.path("thinking")));
            case "tool_use" -> response.addToolCall();
            default -> {
                // Results of tools of the server, redacted reasoning: nothing that can be counted.
            }
        }
    }

    private static void delta(JsonNode delta, DialectResponse response) {
        switch (Dialects.text(delta.path("type"))) {
            case "text_delta" -> response.addText(Dialects.text(delta.path("text")));
            case "thinking_delta" -> response.addReasoning(Dialects.text(delta.path("thinking")));
            case "input_json_delta" -> {
                if (!Dialects.text(delta.path("partial_json")).isEmpty()) {
                    response.addToolCall();
                }
            }
            default -> {
                // Signatures and citations are not generated text.
            }
        }
    }

    /** Input tokens that were read from a cache, or written to one, are counted apart. */
    private static void usage(JsonNode usage, DialectResponse response) {
        double input = Dialects.number(usage.path("input_tokens"));
        if (input >= 0) {
            double cached = Math.max(0, Dialects.number(usage.path("cache_read_input_tokens")));
            double written = Math.max(0, Dialects.number(usage.path("cache_creation_input_tokens")));
            response.setPromptTokens(input + cached + written);
        }
        response.setCompletionTokens(Dialects.number(usage.path("output_tokens")));
    }
}
