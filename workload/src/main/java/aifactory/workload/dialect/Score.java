package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/score} of vLLM: how alike a text and each of several others are. Nothing is generated; the input
 * length is that of the others together.
 *
 * @see <a href="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html">vLLM, score API</a>
 */
final class Score implements Dialect {
    @Override
    public boolean generates() {
        return false;
    }

    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", parts.model());
        body.put("text_1", "Which of these texts is the most similar?");
        body.put("text_2", parts.documents());
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        JsonNode data = document.path("data");
        for (JsonNode result : data) {
            if (result.path("score").isNumber()) {
                response.addValue();
            }
        }
        response.setPromptTokens(Dialects.number(document.at("/usage/prompt_tokens")));
        return data.isArray();
    }
}
