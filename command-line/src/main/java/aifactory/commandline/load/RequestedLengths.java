package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the options of token lengths over what a file says of them. */
final class RequestedLengths {
    private final ObjectNode load;

    private RequestedLengths(ObjectNode load) {
        this.load = load;
    }

    static void put(PromptOptions options, ObjectNode load) {
        RequestedLengths lengths = new RequestedLengths(load);
        lengths.put(
                "isl",
                new Length(
                        options.inputLength,
                        options.inputLengthDeviation,
                        options.inputLengthDistribution,
                        options.inputLengthMinimum,
                        options.inputLengthMaximum));
        lengths.put(
                "osl",
                new Length(
                        options.outputLength,
                        options.outputLengthDeviation,
                        options.outputLengthDistribution,
                        options.outputLengthMinimum,
                        options.outputLengthMaximum));
        if (options.rangeRatio != null) {
            lengths.spread("isl", 256, options.rangeRatio);
            lengths.spread("osl", 128, options.rangeRatio);
        }
    }

    /** Turns of sessions, which are written like lengths. */
    static void putTurns(ObjectNode conversation, @Nullable Long mean, @Nullable Long deviation) {
        new RequestedLengths(conversation).put("turns", new Length(mean, deviation, null, null, null));
    }

    private record Length(
            @Nullable Long mean,
            @Nullable Long deviation,
            @Nullable String distribution,
            @Nullable Long minimum,
            @Nullable Long maximum) {
        boolean isOnlyMean() {
            return deviation == null && distribution == null && minimum == null && maximum == null;
        }
    }

    /** A mean that is given alone replaces what the file says; whatever else is given changes just that. */
    private void put(String key, Length length) {
        if (length.isOnlyMean()) {
            if (length.mean != null) {
                // As a person would write it in a file: a number that fits, not a long one.
                load.put(key, Math.toIntExact(length.mean));
            }
            return;
        }
        JsonNode before = load.path(key);
        ObjectNode changed = before instanceof ObjectNode object ? object : load.putObject(key);
        if (before.isNumber()) {
            changed.set("mean", before);
        }
        putIfGiven(changed, "mean", length.mean);
        putIfGiven(changed, "stddev", length.deviation);
        putIfGiven(changed, "min", length.minimum);
        putIfGiven(changed, "max", length.maximum);
        if (length.distribution != null) {
            changed.put("distribution", length.distribution);
        }
        if (length.deviation != null && !changed.has("mean")) {
            throw CommandFailure.wrongInput(
                    "--" + key + "-stddev " + length.deviation + " needs a mean: give --" + key + " TOKENS as well");
        }
    }

    private static void putIfGiven(ObjectNode length, String key, @Nullable Long value) {
        if (value != null) {
            length.put(key, Math.toIntExact(value));
        }
    }

    /** As vLLM's bench draws random lengths: uniform from (1 - ratio) to (1 + ratio) times the length. */
    private void spread(String key, int usual, double ratio) {
        JsonNode length = load.path(key);
        if (!length.isMissingNode() && !length.isNumber()) {
            throw CommandFailure.wrongInput("--random-range-ratio " + ratio + ": " + key
                    + " has a distribution of its own already; give one of them");
        }
        double mean = length.isNumber() ? length.asDouble() : usual;
        ObjectNode spread = load.putObject(key);
        spread.put("distribution", "uniform");
        spread.put("min", (int) Math.max(1, Math.floor(mean * (1 - ratio))));
        spread.put("max", (int) Math.max(1, Math.ceil(mean * (1 + ratio))));
    }
}
