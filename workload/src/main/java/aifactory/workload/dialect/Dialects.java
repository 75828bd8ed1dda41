package aifactory.workload.dialect;

import aifactory.workload.Endpoint;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The dialects by endpoint, and what their implementations share. Stateless. */
public final class Dialects {
    private static final Dialect RESPONSES = new OpenAiResponses();
    private static final Dialect MESSAGES = new AnthropicMessages();
    private static final Dialect RERANK = new Rerank();
    private static final Dialect SCORE = new Score();
    private static final Dialect OLLAMA = new OllamaChat();
    private static final Dialect TGI = new TgiGenerate();
    private static final Dialect TRITON = new TritonGenerate();
    private static final Dialect KSERVE = new KserveInfer();

    private Dialects() {}

    /** Null for the endpoints that are no dialect. */
    public static @Nullable Dialect of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT, COMPLETIONS, EMBEDDINGS, TEMPLATE -> null;
            case RESPONSES -> RESPONSES;
            case MESSAGES -> MESSAGES;
            case RERANK -> RERANK;
            case SCORE -> SCORE;
            case OLLAMA -> OLLAMA;
            case TGI -> TGI;
            case TRITON -> TRITON;
            case KSERVE -> KSERVE;
        };
    }

    /** The text of a member; empty where it has none. */
    static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : "";
    }

    /** The number of a member; negative where it has none. */
    static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble(-1) : -1;
    }
}
