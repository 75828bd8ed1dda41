package aifactory.slurm.rest;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * One error of an answer.
 *
 * @param number Slurm's, 0 if missing
 * @param words Slurm's own text for the number
 * @param description what slurmrestd was at
 */
record RestError(int number, String words, String description) {
    /**
     * {@code errno} of "Operation not permitted", which slurmrestd 26.05 takes for the reason when the controller is
     * away.
     */
    static final int NOT_PERMITTED = 1;

    static final int NO_SUCH_JOB = 2017;
    static final int AUTHENTICATION = 1007;
    static final int NO_DATABASE = 7000;
    static final int NOTHING_FOUND = 9003;

    static List<RestError> list(JsonNode errors) {
        List<RestError> list = new ArrayList<>();
        for (JsonNode error : errors) {
            JsonNode number = error.has("error_number") ? error.path("error_number") : error.path("error_code");
            list.add(new RestError(
                    number.asInt(0),
                    error.path("error").asString(""),
                    error.path("description").asString("")));
        }
        return list;
    }

    /** As one line for users. */
    static String words(List<RestError> errors) {
        StringBuilder line = new StringBuilder();
        for (RestError error : errors) {
            String text = error.words.isEmpty()
                    ? error.description
                    : error.description.isEmpty() || error.description.contains(error.words)
                            ? (error.description.isEmpty() ? error.words : error.description)
                            : error.words + " (" + error.description + ")";
            if (!text.isEmpty()) {
                line.append(line.isEmpty() ? "" : "; ").append(text);
            }
        }
        return line.toString().replaceAll("\\p{Cntrl}+", " ");
    }
}
