package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /generate_stream} and {@code /generate} of Text Generation Inference.
 *
 * @see <a href="https://huggingface.github.io/text-generation-inference/">Text Generation Inference API</a>
 */
final class TgiGenerate implements Dialect {
    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("max_new_tokens", parts.outputTokens());
        parameters.put("details", true);
        parameters.put("decoder_input_details", !parts.streaming());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("inputs", parts.prompt());
        body.put("parameters", parameters);
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        JsonNode answer = document.isArray() ? document.path(0) : document;
        JsonNode token = answer.path("token");
        JsonNode whole = answer.path("generated_text");
        if (!token.isObject() && !whole.isString()) {
            return false;
        }
        if (token.isObject()) {
            if (!token.path("special").asBoolean(false)) {
                response.addText(Dialects.text(token.path("text")));
            }
        } else {
            response.addText(Dialects.text(whole));
        }
        if (whole.isString()) {
            JsonNode details = answer.path("details");
            response.setCompletionTokens(Dialects.number(details.path("generated_tokens")));
            JsonNode prefill = details.path("prefill");
            response.setPromptTokens(
                    prefill.isArray() && !prefill.isEmpty()
                            ? prefill.size()
                            : Dialects.number(details.path("input_length")));
            response.addFinishReason(Dialects.text(details.path("finish_reason")));
            response.setDone();
        }
        return true;
    }
}
