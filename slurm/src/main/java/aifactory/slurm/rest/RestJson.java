package aifactory.slurm.rest;

import aifactory.slurm.ExitStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Values as the versions of slurmrestd write them: numbers bare up to v0.0.38 and as
 * {@code {"set","infinite","number"}} later, words as strings or as arrays of them.
 */
final class RestJson {
    private RestJson() {}

    /** The number, or what to take where none is set or it is infinite. */
    static long number(JsonNode node, long otherwise) {
        if (node.isNumber()) {
            return node.asLong();
        }
        if (node.isObject() && node.path("number").isNumber()) {
            boolean set =
                    node.path("set").asBoolean(true) && !node.path("infinite").asBoolean(false);
            return set ? node.path("number").asLong() : otherwise;
        }
        return otherwise;
    }

    /** Seconds since 1970; 0 is "not known". */
    static @Nullable Instant time(JsonNode node) {
        long seconds = number(node, 0);
        return seconds <= 0 ? null : Instant.ofEpochSecond(seconds);
    }

    static String text(JsonNode node) {
        return node.isString() ? node.asString() : "";
    }

    /** All words of a string or an array of strings. */
    static List<String> words(JsonNode node) {
        List<String> words = new ArrayList<>();
        if (node.isString() && !node.asString().isEmpty()) {
            words.addAll(List.of(node.asString().split(",", -1)));
        }
        for (JsonNode word : node.isArray() ? node : List.<JsonNode>of()) {
            if (word.isString()) {
                words.add(word.asString());
            }
        }
        return words;
    }

    static String firstWord(JsonNode node) {
        List<String> words = words(node);
        return words.isEmpty() ? "" : words.getFirst();
    }

    /** Slurm's word for "no reason" becomes null. */
    static @Nullable String reason(JsonNode node) {
        String text = text(node);
        return text.isEmpty() || text.equals("None") ? null : text;
    }

    /** A bare number is the status word of wait(2). */
    static @Nullable ExitStatus exit(JsonNode node) {
        if (node.isNumber()) {
            return ExitStatus.ofWaitStatus(node.asInt());
        }
        if (!node.isObject()) {
            return null;
        }
        JsonNode signal = node.path("signal");
        JsonNode signalNumber = signal.has("id") ? signal.path("id") : signal.path("signal_id");
        return new ExitStatus(
                (int) number(node.path("return_code"), 0), (int) number(signal.isObject() ? signalNumber : signal, 0));
    }
}
