package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /api/chat} of Ollama: a stream of lines of JSON.
 *
 * @see <a href="https://github.com/ollama/ollama/blob/main/docs/api.md">Ollama API</a>
 */
final class OllamaChat implements Dialect {
    @Override
    public boolean usesMessages() {
        return true;
    }

    @Override
    public boolean isLines() {
        return true;
    }

    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", parts.model());
        body.put("messages", parts.messages());
        body.put("stream", parts.streaming());
        body.put("options", Map.of("num_predict", parts.outputTokens()));
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        JsonNode message = document.path("message");
        if (!message.isObject() && !document.path("response").isString()) {
            return false;
        }
        response.addText(Dialects.text(message.path("content")));
        response.addReasoning(Dialects.text(message.path("thinking")));
        if (message.path("tool_calls").isArray() && !message.path("tool_calls").isEmpty()) {
            response.addToolCall();
        }
        // Of /api/generate, which --path may name.
        response.addText(Dialects.text(document.path("response")));
        response.addReasoning(Dialects.text(document.path("thinking")));
        if (document.path("done").asBoolean(false)) {
            response.setPromptTokens(Dialects.number(document.path("prompt_eval_count")));
            response.setCompletionTokens(Dialects.number(document.path("eval_count")));
            response.addFinishReason(Dialects.text(document.path("done_reason")));
            response.setDone();
        }
        return true;
    }
}
