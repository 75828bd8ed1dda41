package aifactory.workload.dialect;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v2/models/MODEL/generate_stream} and {@code …/generate} of Triton, with the tensors of its vLLM and
 * TensorRT-LLM backends. A stream does not say that it is complete, and has no counts of tokens.
 *
 * @see <a
 *     href="https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md">Generate
 *     extension</a>
 */
final class TritonGenerate implements Dialect {
    @Override
    public boolean marksEnd() {
        return false;
    }

    @Override
    public Map<String, Object> body(BodyParts parts) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("max_tokens", parts.outputTokens());
        if (parts.ignoreEos()) {
            parameters.put("ignore_eos", true);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("text_input", parts.prompt());
        body.put("max_tokens", parts.outputTokens());
        body.put("stream", parts.streaming());
        body.put("parameters", parameters);
        return body;
    }

    @Override
    public boolean read(JsonNode document, DialectResponse response) {
        JsonNode text = document.path("text_output");
        if (text.isArray()) {
            text.forEach(each -> response.addText(Dialects.text(each)));
        } else {
            response.addText(Dialects.text(text));
        }
        return text.isString() || text.isArray();
    }
}
