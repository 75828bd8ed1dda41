package aifactory.workload.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A line of a JSONL file: a string, or an object with a {@code prompt}, {@code messages} or {@code turns}, or a line of OpenAI's
 * batch API, whose {@code body} is one of those and may have any other member of a request.
 */
final class JsonlParser implements EntryParser<RecordedEntry> {
    private static final String[] OUTPUT_TOKENS = {
        "output_tokens", "output_length", "max_tokens", "max_completion_tokens", "max_output_tokens"
    };
    /** What the workload itself says in each request. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "prompt", "messages", "input", "model", "stream", "stream_options", "max_tokens", "max_completion_tokens");

    private final boolean sessions;

    /**
     * @param sessions whether turns are sent one after the other; else only the first is, and messages are sent as one request
     */
    JsonlParser(boolean sessions) {
        this.sessions = sessions;
    }

    @Override
    public RecordedEntry parse(JsonNode node) throws EntryProblemException {
        if (node.isString()) {
            return single(List.of(userMessage(nonEmpty(node, "the prompt"))), node, null);
        }
        if (!node.isObject()) {
            throw new EntryProblemException("is " + Members.shown(node) + ": give a string or a JSON object");
        }
        JsonNode body = node.path("body");
        if (body.isObject()) {
            ObjectNode members = JsonNodeFactory.instance.objectNode();
            body.properties().stream()
                    .filter(member -> !NOT_PASSED_ON.contains(member.getKey()))
                    .forEach(member -> members.set(member.getKey(), member.getValue()));
            return content(body, members.isEmpty() ? null : members);
        }
        return content(node, null);
    }

    private RecordedEntry content(JsonNode object, @Nullable JsonNode members) throws EntryProblemException {
        if (object.has("messages")) {
            List<RecordedEntry.Turn> turns = ChatTurns.of(object.path("messages"), sessions);
            return new RecordedEntry(completed(turns, object, members), Members.timestampNanos(object));
        }
        if (object.has("turns")) {
            return new RecordedEntry(turns(object, members), Members.timestampNanos(object));
        }
        for (String name : List.of("prompt", "text", "input")) {
            if (object.has(name)) {
                return single(List.of(userMessage(nonEmpty(object.get(name), name))), object, members);
            }
        }
        throw new EntryProblemException("has none of prompt, messages, turns and body");
    }

    private static RecordedEntry single(List<JsonNode> messages, JsonNode object, @Nullable JsonNode members)
            throws EntryProblemException {
        return new RecordedEntry(
                List.of(new RecordedEntry.Turn(messages, Members.tokens(object, OUTPUT_TOKENS), null, null, members)),
                Members.timestampNanos(object));
    }

    /** The lengths and members of the whole entry hold for each of its turns. */
    private static List<RecordedEntry.Turn> completed(
            List<RecordedEntry.Turn> turns, JsonNode object, @Nullable JsonNode members) throws EntryProblemException {
        Integer outputTokens = Members.tokens(object, OUTPUT_TOKENS);
        return turns.stream()
                .map(turn -> new RecordedEntry.Turn(
                        turn.messages(), outputTokens, turn.answer(), turn.thinkNanos(), members))
                .toList();
    }

    private List<RecordedEntry.Turn> turns(JsonNode object, @Nullable JsonNode members) throws EntryProblemException {
        JsonNode list = object.path("turns");
        if (!list.isArray() || list.isEmpty()) {
            throw new EntryProblemException("turns is " + Members.shown(list) + ", not a list with at least one");
        }
        Integer usual = Members.tokens(object, OUTPUT_TOKENS);
        List<RecordedEntry.Turn> turns = new ArrayList<>();
        for (JsonNode turn : list) {
            JsonNode text = turn.isString() ? turn : firstOf(turn, "prompt", "text", "content");
            Integer own = turn.isObject() ? Members.tokens(turn, OUTPUT_TOKENS) : null;
            turns.add(new RecordedEntry.Turn(
                    List.of(userMessage(nonEmpty(text, "a turn"))),
                    own == null ? usual : own,
                    null,
                    turn.isObject() ? Members.millis(turn, "delay") : null,
                    members));
        }
        return sessions ? List.copyOf(turns) : List.of(turns.getFirst());
    }

    private static JsonNode firstOf(JsonNode object, String... names) throws EntryProblemException {
        for (String name : names) {
            if (object.has(name)) {
                return object.get(name);
            }
        }
        throw new EntryProblemException("has a turn without a prompt: " + Members.shown(object));
    }

    private static String nonEmpty(JsonNode node, String what) throws EntryProblemException {
        if (!node.isString() || node.stringValue().isEmpty()) {
            throw new EntryProblemException(what + " is " + Members.shown(node) + ", not a text");
        }
        return node.stringValue();
    }

    private static JsonNode userMessage(String text) {
        return ChatTurns.message("user", text);
    }
}
