package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.workload.DurationText;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the options of datasets, prefixes and sessions over what a file says of them. */
final class RequestedPrompts {
    private final ObjectNode load;

    private RequestedPrompts(ObjectNode load) {
        this.load = load;
    }

    static void put(PromptOptions options, ObjectNode load) {
        RequestedPrompts prompts = new RequestedPrompts(load);
        prompts.putDataset(options);
        prompts.putPrefix(options.prefixCount, options.prefixTokens);
        prompts.putConversation(options);
        if (options.samePrompts != null) {
            load.put("same_prompts", options.samePrompts);
        }
        if (options.tokenizer != null) {
            load.put("tokenizer_file", options.tokenizer);
        }
    }

    private void putDataset(PromptOptions options) {
        if (options.dataset != null) {
            load.putObject("dataset").put("path", options.dataset);
        } else if (load.path("dataset").isString()) {
            JsonNode path = load.path("dataset");
            load.putObject("dataset").set("path", path);
        }
        if (options.datasetFormat != null) {
            if (!(load.path("dataset") instanceof ObjectNode dataset)) {
                throw CommandFailure.wrongInput("--dataset-format "
                        + options.datasetFormat.name().toLowerCase(Locale.ROOT)
                        + " needs a file: give --dataset FILE as well");
            }
            dataset.put("format", options.datasetFormat.name().toLowerCase(Locale.ROOT));
        }
        if (Boolean.TRUE.equals(options.fixedSchedule)) {
            load.put("arrival_pattern", "trace");
        }
    }

    private void putPrefix(@Nullable Long count, @Nullable Long tokens) {
        if (count == null && tokens == null) {
            return;
        }
        ObjectNode prefix = object("shared_prefix");
        if (!prefix.has("count") || count != null) {
            prefix.put("count", count == null ? 1 : Math.toIntExact(count));
        }
        if (tokens != null) {
            prefix.put("tokens", Math.toIntExact(tokens));
        } else if (!prefix.has("tokens")) {
            throw CommandFailure.wrongInput("--prefix-count " + count + " needs a length: give --prefix-tokens TOKENS");
        }
    }

    private void putConversation(PromptOptions options) {
        Duration thinkTime = options.turnThinkTime != null
                ? options.turnThinkTime
                : options.turnDelayMillis == null ? null : Duration.ofMillis(options.turnDelayMillis);
        Long deviation = options.turnDelayDeviationMillis;
        if (options.turns == null
                && options.turnsDeviation == null
                && thinkTime == null
                && deviation == null
                && !Boolean.TRUE.equals(options.multiTurn)) {
            return;
        }
        ObjectNode conversation = object("conversation");
        RequestedLengths.putTurns(conversation, options.turns, options.turnsDeviation);
        if (thinkTime != null) {
            conversation.put("think_time", DurationText.format(thinkTime));
        }
        if (deviation != null) {
            conversation.put("think_time_stddev", DurationText.format(Duration.ofMillis(deviation)));
        }
    }

    private ObjectNode object(String key) {
        return load.path(key) instanceof ObjectNode existing ? existing : load.putObject(key);
    }
}
