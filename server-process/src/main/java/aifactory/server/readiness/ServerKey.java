package aifactory.server.readiness;

import java.util.List;
import java.util.Map;

/** The key that a started server requires, as far as its environment tells. Stateless. */
final class ServerKey {
    /** vLLM, llama.cpp, Text Generation Inference and others. */
    private static final List<String> VARIABLES = List.of("VLLM_API_KEY", "LLAMA_API_KEY", "SGLANG_API_KEY", "API_KEY");

    private ServerKey() {}

    /** With the key as a bearer token; empty where the environment has none that can be sent. */
    static Map<String, String> headers(Map<String, String> environment) {
        for (String variable : VARIABLES) {
            String key = environment.getOrDefault(variable, "").strip();
            if (!key.isEmpty() && key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                return Map.of("authorization", "Bearer " + key);
            }
        }
        return Map.of();
    }
}
