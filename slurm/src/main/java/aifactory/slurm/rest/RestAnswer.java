package aifactory.slurm.rest;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An answer that makes sense.
 *
 * @param body without the list that was handed to a visitor
 */
record RestAnswer(RestVersion version, int status, JsonNode body, List<RestError> errors) {
    RestAnswer {
        errors = List.copyOf(errors);
    }

    boolean has(int errorNumber) {
        return errors.stream().anyMatch(error -> error.number() == errorNumber);
    }

    boolean isFailure() {
        return status >= 400 || !errors.isEmpty();
    }

    String words() {
        String words = RestError.words(errors);
        return words.isEmpty() ? "HTTP status " + status : words;
    }
}
