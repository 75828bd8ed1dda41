package aifactory.server.power;

import aifactory.protocol.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** JSON that tools print. Stateless. */
final class JsonOutput {
    private JsonOutput() {}

    /** The document, without the warnings that some tools print before it. */
    static JsonNode parse(String tool, String output) throws PowerUnavailableException {
        int start = output.indexOf('{');
        int list = output.indexOf('[');
        start = start < 0 || (list >= 0 && list < start) ? list : start;
        if (start >= 0) {
            try {
                return JsonFormat.mapper().readTree(output.substring(start));
            } catch (JacksonException e) {
                throw new PowerUnavailableException(
                        "cannot parse the output of " + tool + ": " + PowerText.shown(output), false);
            }
        }
        throw new PowerUnavailableException(tool + " printed no JSON: " + PowerText.shown(output), false);
    }

    /** A number, or text with one. */
    static @Nullable Double watts(JsonNode value) {
        return value.isNumber() || value.isString() ? PowerText.watts(value.asString()) : null;
    }
}
