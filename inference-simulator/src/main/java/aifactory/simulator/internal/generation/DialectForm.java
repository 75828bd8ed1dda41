package aifactory.simulator.internal.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an API other than OpenAI's older ones writes a response: the pieces of a stream, each with its framing, and a
 * whole body. The fields of an {@link Answer} say what is written. One instance for each response, used by one thread.
 */
interface DialectForm {
    /** What the pieces of one response have in common. */
    record Answer(AnswerIdentity identity, int promptTokens) {
        String id() {
            return identity.id();
        }

        String model() {
            return identity.modelJson();
        }
    }

    /** What a piece of generated content is. */
    enum Kind {
        TEXT,
        REASONING,
        TOOL_CALL
    }

    /** Null for OpenAI's older APIs. */
    static @Nullable DialectForm of(EndpointKind endpoint) {
        return switch (endpoint) {
            case CHAT, COMPLETION, EMBEDDING, RERANK, SCORE -> null;
            case RESPONSES -> new ResponsesForm();
            case MESSAGES -> new MessagesForm();
            case OLLAMA -> new OllamaForm();
            case TGI -> new TgiForm();
            case TRITON -> new TritonForm();
            case KSERVE -> new KserveForm();
        };
    }

    /** Whether answers may have reasoning and calls of tools. */
    static boolean hasReasoning(EndpointKind endpoint) {
        return switch (endpoint) {
            case CHAT, RESPONSES, MESSAGES, OLLAMA -> true;
            case COMPLETION, EMBEDDING, RERANK, SCORE, TGI, TRITON, KSERVE -> false;
        };
    }

    default String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    /** Pieces before any content. */
    default List<String> opening(Answer answer) {
        return List.of();
    }

    /** A piece with content. */
    String content(Answer answer, Kind kind, String text, boolean isFirstOfKind);

    /**
     * Pieces after all content.
     *
     * @param text all of the text
     * @param isCounted whether the server reports the number of tokens
     */
    List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted);

    /** A piece that says that something went wrong. */
    String error(String message);

    /** A body in one piece. */
    String whole(
            Answer answer,
            Kind kind,
            String text,
            String reasoning,
            int tokens,
            String finishReason,
            boolean isCounted);

    /** A server-sent event with a name. */
    static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    /** A server-sent event without a name. */
    static String event(String data) {
        return "data: " + data + "\n\n";
    }

    static String quoted(String text) {
        return OpenAiErrors.quote(text);
    }
}
