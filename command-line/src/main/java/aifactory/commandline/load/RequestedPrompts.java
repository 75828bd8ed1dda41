package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.protocol.JsonFormat;
import aifactory.workload.DurationText;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts the options of datasets, prefixes and sessions over what a file says of them. */
final class RequestedPrompts {
    private static final int PREFIXES_WITH_HIT_RATE = 8;

    private final ObjectNode load;

    private RequestedPrompts(ObjectNode load) {
        this.load = load;
    }

    static void put(PromptOptions options, ObjectNode load) {
        RequestedPrompts prompts = new RequestedPrompts(load);
        prompts.putDataset(options);
        prompts.putPrefix(options.prefixCount, options.prefixTokens, options.prefixHitRate);
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
        putOfDataset("--dataset-column", "column", options.datasetColumn);
        putOfDataset("--max-bad-entries", "max_bad_entries", options.maxBadEntries);
        putOfDataset(
                "--trace-time-unit",
                "time_unit",
                options.traceTimeUnit == null
                        ? null
                        : options.traceTimeUnit.name().toLowerCase(Locale.ROOT));
        putOfDataset("--trace-block-tokens", "block_tokens", options.traceBlockTokens);
        putOfDataset("--trace-speedup", "speedup", options.traceSpeedup);
        putOfDataset("--trace-window", "window", options.traceWindow);
        putOfDataset("--trace-scale", "scale", options.traceScale);
        putOfDataset("--trace-repeat", "repeat", options.traceRepeat);
        if (Boolean.TRUE.equals(options.fixedSchedule)) {
            load.put("arrival_pattern", "trace");
        }
    }

    private void putOfDataset(String option, String member, @Nullable Object value) {
        if (value == null) {
            return;
        }
        if (!(load.path("dataset") instanceof ObjectNode dataset)) {
            throw CommandFailure.wrongInput(option + " needs a file: give --dataset FILE as well");
        }
        dataset.set(member, JsonFormat.mapper().valueToTree(value));
    }

    private void putPrefix(@Nullable Long count, @Nullable Long tokens, @Nullable Double hitRate) {
        if (count == null && tokens == null && hitRate == null) {
            return;
        }
        ObjectNode prefix = object("shared_prefix");
        if (hitRate != null) {
            prefix.put("hit_rate", hitRate);
        }
        boolean rated = prefix.has("hit_rate");
        if (!prefix.has("count") || count != null) {
            prefix.put("count", count != null ? Math.toIntExact(count) : rated ? PREFIXES_WITH_HIT_RATE : 1);
        }
        if (tokens != null) {
            prefix.put("tokens", Math.toIntExact(tokens));
        } else if (!prefix.has("tokens") && !rated) {
            throw CommandFailure.wrongInput("--prefix-count " + count
                    + " needs a length: give --prefix-tokens TOKENS, or --prefix-hit-rate SHARE");
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
