package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v2/models/MODEL/infer}: the Open Inference Protocol (KServe v2) over HTTP, with a text in one
 * {@code BYTES} tensor and a text in another. Not streamed, and without counts of tokens.
 *
 * @see <a
 *     href="https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md">Inference over REST</a>
 */
final class KserveInfer implements Dialect {
    @Override
    public boolean streams() {
        return false;
    }

    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("name", "text_input");
        input.put("shape", List.of(1));
        input.put("datatype", "BYTES");
        input.put("data", List.of(parts.prompt()));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("inputs", List.of(input));
        body.put("parameters", Map.of("max_tokens", parts.outputTokens()));
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        JsonNode outputs = document.path("outputs");
        outputs.forEach(output -> output.path("data").forEach(value -> {
            if (value.isString()) {
                response.addText(value.stringValue());
            } else if (value.isNumber() || value.isBoolean()) {
                response.addValue();
            }
        }));
        return outputs.isArray();
    }
}
