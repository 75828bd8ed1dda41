package aifactory.simulator.internal.generation;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Refuses by name what a request asks for and the simulator does not do: a test that asks for it would measure
 * something else. Stateless.
 */
final class NotSimulated {
    private NotSimulated() {}

    /** Refuses any value but one that asks for nothing: false, 0, an empty text. */
    static void refuse(JsonParser json, String name) throws InvalidRequestException {
        boolean asksForNothing = switch (json.currentToken()) {
            case VALUE_FALSE -> true;
            case VALUE_NUMBER_INT -> json.getLongValue() == 0;
            case VALUE_STRING -> json.getString().isEmpty();
            default -> false;
        };
        if (!asksForNothing) {
            throw refusal(name, json.currentToken().isScalarValue() ? json.getString() : "an object");
        }
    }

    /** Refuses to call a tool that has to be called. */
    static void refuseChoice(JsonParser json, String name) throws InvalidRequestException {
        boolean isFree = json.currentToken() == JsonToken.VALUE_STRING
                && (json.getString().equals("auto") || json.getString().equals("none"));
        if (!isFree) {
            throw refusal(name, json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "a function");
        }
    }

    static InvalidRequestException refusal(String name, String value) {
        return new InvalidRequestException(name + " '" + value + "' is not simulated by this server.", name);
    }
}
