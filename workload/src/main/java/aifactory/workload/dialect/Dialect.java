package aifactory.workload.dialect;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An API of AI servers: how a request's body is made, and what a response, or an event of a stream, says.
 * Implementations are stateless. Chat completions, completions and embeddings of OpenAI are not dialects: the load
 * engine reads them without building a tree.
 */
public interface Dialect {
    /** The members of a request's body, in order. */
    Map<String, Object> body(BodyParts parts);

    /**
     * Takes what is measured from a response, or from one event of a stream.
     *
     * @return whether the document is one of this API; only an error member counts as an error in it then
     */
    boolean read(JsonNode document, DialectResponse response);

    /** Whether prompts are sent as messages of a chat, instead of as one text. */
    default boolean usesMessages() {
        return false;
    }

    /** Whether text is generated, so that there are output tokens and an output length to ask for. */
    default boolean generates() {
        return true;
    }

    /** Whether a response can be streamed. */
    default boolean streams() {
        return generates();
    }

    /** Whether a stream is lines of JSON, instead of server-sent events. */
    default boolean isLines() {
        return false;
    }

    /**
     * Whether a stream says that it is complete; otherwise any regular end of the response is the end of the stream.
     */
    default boolean marksEnd() {
        return true;
    }

    /** Headers that the API requires. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /** The header that carries a key without a scheme; null where the key is a bearer token. */
    default @Nullable String keyHeader() {
        return null;
    }
}
