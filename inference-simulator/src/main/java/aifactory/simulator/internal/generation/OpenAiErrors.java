package aifactory.simulator.internal.generation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Error objects as OpenAI-compatible servers send them. */
public final class OpenAiErrors {
    // The format is the OpenAI API's, not this system's own, hence not JsonFormat.
    private static final JsonMapper MAPPER = new JsonMapper();

    private OpenAiErrors() {}

    /** {@code {"error": {"message", "type", "param", "code"}}}. */
    public static String json(int status, String message, @Nullable String parameter) {
        ObjectNode error = MAPPER.createObjectNode();
        error.put("message", message);
        error.put("type", type(status));
        error.put("param", parameter);
        error.put("code", status);
        return MAPPER.createObjectNode().set("error", error).toString();
    }

    /** A text as a JSON string with its quotes. */
    public static String quote(String text) {
        return MAPPER.writeValueAsString(text);
    }

    /** The message of an error that is a fault and not the client's doing. */
    public static String simulatedMessage(int status) {
        return switch (status) {
            case 401 -> "Incorrect API key provided (simulated).";
            case 429 -> "Rate limit reached for requests (simulated).";
            case 503 -> "The server is overloaded (simulated).";
            default -> "Simulated error " + status + ".";
        };
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "AuthenticationError";
            case 403 -> "PermissionDeniedError";
            case 404 -> "NotFoundError";
            case 429 -> "RateLimitError";
            case 503 -> "ServiceUnavailableError";
            default -> status < 500 ? "BadRequestError" : "InternalServerError";
        };
    }
}
