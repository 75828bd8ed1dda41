package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.workload.DurationText;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Steps of a rate as they are written on a command line: {@code 10:30s 10..80:1m:exponential 80:30s}. */
final class StepsText {
    private static final String RATE = "(\\d{1,9}(?:\\.\\d{1,9})?)";
    private static final Pattern STEP = Pattern.compile(
            RATE + "(?:\\.\\." + RATE + ")?:([0-9a-z.]{1,40})(?::(linear|exponential))?", Pattern.CASE_INSENSITIVE);

    private StepsText() {}

    /**
     * Adds the steps as a benchmark file has them.
     *
     * @throws CommandFailure with exit code 2 names the step that cannot be read
     */
    static void put(String text, ArrayNode steps) {
        for (String step : text.strip().split("[\\s,]+")) {
            Matcher parts = STEP.matcher(step);
            if (!parts.matches()) {
                throw CommandFailure.wrongInput("--steps: '" + step
                        + "' is not a step: write RATE:TIME or FROM..TO:TIME, for instance 10:30s or 10..80:1m");
            }
            ObjectNode node = steps.addObject();
            node.put("request_rate", Double.parseDouble(parts.group(1)));
            if (parts.group(2) != null) {
                node.put("end_request_rate", Double.parseDouble(parts.group(2)));
            }
            if (parts.group(4) != null) {
                node.put("growth", parts.group(4).toLowerCase(Locale.ROOT));
            }
            node.put("duration", DurationText.format(duration(step, parts.group(3))));
        }
    }

    private static Duration duration(String step, String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("--steps: '" + step + "': " + e.getMessage());
        }
    }
}
