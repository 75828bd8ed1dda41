package aifactory.workload.dataset.entry;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A record with a prompt: a text; a list of messages; an object with a {@code prompt}, {@code messages}, {@code
 * conversations} or {@code turns}; a line of OpenAI's batch API, whose {@code body} is one of those and may have any
 * other member of a request; a line of OpenAI's fine-tuning; a row of a table. Immutable.
 */
public final class PromptParser implements EntryParser {
    static final String[] OUTPUT_TOKENS = {
        "output_tokens", "output_length", "max_tokens", "max_completion_tokens", "max_output_tokens"
    };
    /** What the workload itself has in each request. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "prompt", "messages", "input", "model", "stream", "stream_options", "max_tokens", "max_completion_tokens");

    private static final List<String> TEXTS =
            List.of("prompt", "text", "input", "text_input", "question", "instruction", "query");
    private static final List<String> ANSWERS = List.of("completion", "response", "answer", "output");
    private static final List<String> TOOLS = List.of("tools", "functions", "parallel_tool_calls", "tool_choice");

    private final boolean sessions;
    private final @Nullable String column;
    private final Timestamps timestamps;
    private final ConversationParser conversations;
    private final SessionParser wholeSessions;

    /**
     * @param sessions whether turns are sent one after the other; else only the first is, and messages are sent as one
     *     request
     * @param column with the prompt; null for the usual names
     */
    public PromptParser(boolean sessions, @Nullable String column, Timestamps timestamps) {
        this.sessions = sessions;
        this.column = column;
        this.timestamps = timestamps;
        this.conversations = new ConversationParser(sessions, timestamps);
        this.wholeSessions = new SessionParser(sessions, timestamps);
    }

    @Override
    public List<Entry> parse(JsonNode record) throws EntryProblemException {
        if (record.isString()) {
            return single(record, "the prompt", record, null);
        }
        if (record.isArray() && !record.isEmpty()) {
            return list(record);
        }
        if (!record.isObject()) {
            throw new EntryProblemException("is " + Members.shown(record) + ": give a string or a JSON object");
        }
        if (column != null) {
            return ofColumn(record, column);
        }
        JsonNode body = record.path("body");
        if (body.isObject()) {
            ObjectNode members = JsonNodeFactory.instance.objectNode();
            body.properties().stream()
                    .filter(member -> !NOT_PASSED_ON.contains(member.getKey()))
                    .forEach(member -> members.set(member.getKey(), member.getValue()));
            return body.has("messages")
                    ? chat(ChatTurns.of(body.path("messages"), sessions), body, members)
                    : content(body, members);
        }
        return content(record, null);
    }

    private List<Entry> list(JsonNode record) throws EntryProblemException {
        JsonNode first = record.get(0);
        if (ChatTurns.isMessage(first)) {
            return chat(ChatTurns.ofExample(record, sessions), record, null);
        }
        if (ConversationParser.isMessage(first)) {
            return conversations.parse(record);
        }
        throw new EntryProblemException("is " + Members.shown(record) + ": give a string or a JSON object");
    }

    private List<Entry> ofColumn(JsonNode record, String name) throws EntryProblemException {
        JsonNode value = record.path(name);
        if (value.isMissingNode()) {
            throw new EntryProblemException("has no column '" + name + "', but "
                    + String.join(
                            ", ", record.propertyNames().stream().limit(20).toList()));
        }
        if (value.isArray()) {
            return list(value);
        }
        return Members.isAbsent(value)
                ? List.of(new Entry.LeftOut("'" + name + "' is empty"))
                : single(value, name, record, null);
    }

    private List<Entry> content(JsonNode object, @Nullable JsonNode members) throws EntryProblemException {
        if (object.has("messages")) {
            return messages(object, members);
        }
        if (object.has("turns")) {
            return wholeSessions.parse(object, members);
        }
        if (ConversationParser.recognises(object)) {
            return conversations.parse(object);
        }
        JsonNode example = object.path("input");
        if (example.isObject() && example.has("messages")) {
            // Fine-tuning by preference: the request is inside, two responses are next to it.
            return messages(example, members);
        }
        if (object.path("instruction").isString() && object.path("input").isString()) {
            return single(instruction(object), "instruction", object, members);
        }
        for (String name : TEXTS) {
            JsonNode text = object.path(name);
            if (text.isArray() && !text.isEmpty() && ChatTurns.isMessage(text.get(0))) {
                return chat(ChatTurns.of(text, sessions), object, members);
            }
            if (!text.isMissingNode()) {
                return single(text, name, object, members);
            }
        }
        throw new EntryProblemException("has none of prompt, messages, conversations, turns and body, but "
                + String.join(", ", object.propertyNames().stream().limit(20).toList())
                + "; name the column of a table with --dataset-column (column)");
    }

    /** Alpaca's instruction and the text that it applies to, which may be empty. */
    private static JsonNode instruction(JsonNode object) {
        String input = object.path("input").stringValue();
        String instruction = object.path("instruction").stringValue();
        return JsonNodeFactory.instance.stringNode(input.isBlank() ? instruction : instruction + "\n\n" + input);
    }

    private List<Entry> messages(JsonNode object, @Nullable JsonNode members) throws EntryProblemException {
        JsonNode list = object.path("messages");
        if (list.isArray() && list.isEmpty()) {
            throw new EntryProblemException("messages is [], not a list with at least one");
        }
        if (list.isArray() && !ChatTurns.isMessage(list.get(0)) && ConversationParser.isMessage(list.get(0))) {
            return conversations.parse(list);
        }
        return chat(ChatTurns.ofExample(list, sessions), object, members == null ? tools(object) : members);
    }

    /** An example for fine-tuning has the tools that its messages call. */
    private static @Nullable JsonNode tools(JsonNode object) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (String name : TOOLS) {
            if (!Members.isAbsent(object.path(name))) {
                members.set(name, object.path(name));
            }
        }
        return members.isEmpty() ? null : members;
    }

    private List<Entry> single(JsonNode text, String name, JsonNode object, @Nullable JsonNode members)
            throws EntryProblemException {
        String answer = null;
        for (String candidate : ANSWERS) {
            if (answer == null && object.path(candidate).isString()) {
                answer = object.path(candidate).stringValue();
            }
        }
        SessionEntry.Turn turn = SessionEntry.Turn.ofMessages(
                0,
                List.of(ChatTurns.message("user", requireText(text, name))),
                Members.tokens(object, OUTPUT_TOKENS),
                answer == null || answer.isBlank() ? null : answer,
                null,
                members);
        return List.of(new SessionEntry(List.of(turn), timestamp(object)));
    }

    /** The lengths and members of the whole entry hold for each of its turns. */
    private List<Entry> chat(List<SessionEntry.Turn> turns, JsonNode object, @Nullable JsonNode members)
            throws EntryProblemException {
        if (turns.isEmpty()) {
            return List.of(new Entry.LeftOut("no turn of a user"));
        }
        Integer outputTokens = Members.tokens(object, OUTPUT_TOKENS);
        List<SessionEntry.Turn> completed = new java.util.ArrayList<>();
        for (SessionEntry.Turn turn : turns) {
            List<JsonNode> messages = java.util.Objects.requireNonNull(turn.messages());
            completed.add(SessionEntry.Turn.ofMessages(
                    completed.size(), messages, outputTokens, turn.answer(), turn.thinkNanos(), members));
        }
        return List.of(new SessionEntry(List.copyOf(completed), timestamp(object)));
    }

    private long timestamp(JsonNode object) throws EntryProblemException {
        return timestamps.timestampNanos(object.path("timestamp"), "timestamp");
    }

    static String requireText(JsonNode node, String what) throws EntryProblemException {
        if (!node.isString() || node.stringValue().isEmpty()) {
            throw new EntryProblemException(what + " is " + Members.shown(node) + ", not a text");
        }
        return node.stringValue();
    }
}
