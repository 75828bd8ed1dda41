package aifactory.workload.dataset.entry;

import aifactory.workload.LengthDistribution;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A session in the program's format: {@code {"timestamp": ms, "turns": [{"prompt": …, "output_tokens": …, "delay":
 * ms}, …]}}. A turn has a {@code prompt}, {@code messages} or {@code input_tokens}; {@code after} lists the turns that
 * it waits for and {@code continues} the turn whose conversation it continues, both numbers from 0, by default the
 * turn before it. Immutable.
 */
final class SessionParser {
    private static final int DEFAULT_BLOCK_TOKENS = 512;
    /** Members of a turn that only recorded sessions have. They are sent whole. */
    private static final List<String> OF_RECORDINGS =
            List.of("input_tokens", "timestamp", "after", "continues", "tools");

    private final boolean sessions;
    private final Timestamps timestamps;

    SessionParser(boolean sessions, Timestamps timestamps) {
        this.sessions = sessions;
        this.timestamps = timestamps;
    }

    List<Entry> parse(JsonNode object, @Nullable JsonNode members) throws EntryProblemException {
        JsonNode list = object.path("turns");
        if (!list.isArray() || list.isEmpty()) {
            throw new EntryProblemException("turns is " + Members.shown(list) + ", not a list with at least one");
        }
        Integer usual = Members.tokens(object, PromptParser.OUTPUT_TOKENS);
        List<SessionEntry.Turn> turns = new ArrayList<>();
        boolean recorded = false;
        for (JsonNode turn : list) {
            recorded |= OF_RECORDINGS.stream().anyMatch(turn::has);
            turns.add(turn(turns.size(), turn, usual, members));
        }
        return List.of(new SessionEntry(
                sessions || recorded ? List.copyOf(turns) : List.of(turns.getFirst()),
                timestamps.timestampNanos(object.path("timestamp"), "timestamp")));
    }

    private SessionEntry.Turn turn(int number, JsonNode turn, @Nullable Integer usual, @Nullable JsonNode members)
            throws EntryProblemException {
        Integer own = turn.isObject() ? Members.tokens(turn, PromptParser.OUTPUT_TOKENS) : null;
        boolean generated = turn.has("input_tokens");
        return new SessionEntry.Turn(
                generated ? null : messages(turn),
                generated ? prompt(turn) : null,
                own == null ? usual : own,
                turn.path("answer").isString() ? turn.path("answer").stringValue() : null,
                turn.isObject() ? pauseNanos(turn) : null,
                timestamps.timestampNanos(turn.path("timestamp"), "timestamp"),
                continues(number, turn),
                after(number, turn),
                turn.path("body").isObject() ? turn.path("body") : members);
    }

    /**
     * Tools run at the same time, after the responses that the turn waits for; the pause is the longest of them and
     * the delay.
     */
    private @Nullable Long pauseNanos(JsonNode turn) throws EntryProblemException {
        Long delayNanos = timestamps.delayNanos(turn.path("delay"), "delay");
        JsonNode tools = turn.path("tools");
        if (Members.isAbsent(tools)) {
            return delayNanos;
        }
        if (!tools.isArray()) {
            throw new EntryProblemException(
                    "tools is " + Members.shown(tools) + ", not a list of calls with a duration");
        }
        long longestNanos = 0;
        for (JsonNode tool : tools) {
            Long durationNanos = timestamps.delayNanos(tool.path("duration"), "duration");
            if (durationNanos == null) {
                throw new EntryProblemException("a tool has no duration: " + Members.shown(tool));
            }
            longestNanos = Math.max(longestNanos, durationNanos);
        }
        return longestNanos + (delayNanos == null ? 0 : delayNanos);
    }

    private static List<JsonNode> messages(JsonNode turn) throws EntryProblemException {
        if (turn.isString()) {
            return List.of(ChatTurns.message("user", PromptParser.requireText(turn, "a turn")));
        }
        if (turn.path("messages").isArray() && !turn.path("messages").isEmpty()) {
            List<JsonNode> messages = new ArrayList<>();
            for (JsonNode message : turn.path("messages")) {
                if (!ChatTurns.isMessage(message)) {
                    throw new EntryProblemException(
                            "a turn has " + Members.shown(message) + ", which is no object with a role and a content");
                }
                messages.add(message);
            }
            return List.copyOf(messages);
        }
        for (String name : List.of("prompt", "text", "content")) {
            if (turn.has(name)) {
                return List.of(ChatTurns.message("user", PromptParser.requireText(turn.get(name), "a turn")));
            }
        }
        throw new EntryProblemException("has a turn without a prompt: " + Members.shown(turn));
    }

    private static SessionEntry.GeneratedPrompt prompt(JsonNode turn) throws EntryProblemException {
        Integer block = Members.tokens(turn, "block_tokens");
        JsonNode skipped = turn.path("context_tokens");
        if (!Members.isAbsent(skipped)
                && !(skipped.canConvertToInt()
                        && skipped.asInt() >= 0
                        && skipped.asInt() <= LengthDistribution.LARGEST)) {
            throw new EntryProblemException("context_tokens is " + Members.shown(skipped) + ", not a number of tokens");
        }
        return new SessionEntry.GeneratedPrompt(
                Members.requireTokens(turn, "input_tokens"),
                Members.isAbsent(skipped) ? 0 : skipped.asInt(),
                Members.blocks(turn.path("hash_ids"), "hash_ids"),
                block == null ? DEFAULT_BLOCK_TOKENS : block);
    }

    private static int continues(int number, JsonNode turn) throws EntryProblemException {
        if (!turn.has("continues")) {
            return number - 1;
        }
        JsonNode node = turn.path("continues");
        return node.isNull() ? SessionEntry.NO_TURN : earlier(number, node, "continues");
    }

    private static List<Integer> after(int number, JsonNode turn) throws EntryProblemException {
        JsonNode list = turn.path("after");
        if (!list.isArray()) {
            return number == 0 ? List.of() : List.of(number - 1);
        }
        TreeSet<Integer> waitsFor = new TreeSet<>();
        for (JsonNode node : list) {
            waitsFor.add(earlier(number, node, "after"));
        }
        return List.copyOf(waitsFor);
    }

    /** Turns that wait for earlier ones only cannot wait for each other. */
    private static int earlier(int number, JsonNode node, String name) throws EntryProblemException {
        if (!node.canConvertToInt() || node.asInt() < 0 || node.asInt() >= number) {
            throw new EntryProblemException("turn " + number + " has " + name + " " + Members.shown(node)
                    + ", which is no earlier turn: turns are numbered from 0");
        }
        return node.asInt();
    }
}
