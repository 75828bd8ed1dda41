package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/rerank} of vLLM, Jina, Cohere, llama.cpp and others: documents in the order of their relevance to a
 * query. Nothing is generated; the input length is that of all documents together.
 *
 * @see <a href="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html">vLLM, re-rank API</a>
 */
final class Rerank implements Dialect {
    @Override
    public boolean generates() {
        return false;
    }

    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", parts.model());
        body.put("query", "Which of these documents is the most relevant?");
        body.put("documents", parts.documents());
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        // Text Embeddings Inference answers with the list alone.
        JsonNode results = document.isArray() ? document : document.path("results");
        for (JsonNode result : results) {
            if (result.path("relevance_score").isNumber()
                    || result.path("score").isNumber()) {
                response.addValue();
            }
        }
        JsonNode usage = document.path("usage");
        double prompt = Dialects.number(usage.path("prompt_tokens"));
        response.setPromptTokens(prompt >= 0 ? prompt : Dialects.number(usage.path("total_tokens")));
        return results.isArray();
    }
}
