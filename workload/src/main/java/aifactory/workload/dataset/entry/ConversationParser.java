package aifactory.workload.dataset.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A conversation in the spellings of ShareGPT: {@code {"id": …, "conversations": [{"from": "human", "value": …},
 * {"from": "gpt", …}]}}, with {@code role} and {@code content} instead, or under another name.
 */
public final class ConversationParser implements EntryParser {
    private static final List<String> LISTS =
            List.of("conversations", "conversation", "items", "dialogue", "dialog", "chat", "messages");
    private static final List<String> SPEAKERS = List.of("from", "role", "speaker", "author");
    private static final List<String> TEXTS = List.of("value", "content", "text", "message", "markdown");

    /** Results of tools are sent as texts of the user: a server refuses a message of a tool that no call precedes. */
    private static final Map<String, String> ROLES = Map.ofEntries(
            Map.entry("human", "user"),
            Map.entry("user", "user"),
            Map.entry("prompter", "user"),
            Map.entry("observation", "user"),
            Map.entry("tool", "user"),
            Map.entry("tool_response", "user"),
            Map.entry("function_response", "user"),
            Map.entry("function", "user"),
            Map.entry("ipython", "user"),
            Map.entry("gpt", "assistant"),
            Map.entry("chatgpt", "assistant"),
            Map.entry("gpt4", "assistant"),
            Map.entry("bing", "assistant"),
            Map.entry("bard", "assistant"),
            Map.entry("claude", "assistant"),
            Map.entry("model", "assistant"),
            Map.entry("bot", "assistant"),
            Map.entry("ai", "assistant"),
            Map.entry("assistant", "assistant"),
            Map.entry("function_call", "assistant"),
            Map.entry("tool_call", "assistant"),
            Map.entry("system", "system"),
            Map.entry("developer", "system"));

    private final boolean sessions;
    private final Timestamps timestamps;

    /**
     * @param sessions whether all turns are sent, one after the other; else only the first is
     */
    public ConversationParser(boolean sessions, Timestamps timestamps) {
        this.sessions = sessions;
        this.timestamps = timestamps;
    }

    /** Whether the record has a list of messages under one of ShareGPT's names. */
    static boolean recognises(JsonNode record) {
        return record.isObject() && !record.has("messages") && listOf(record) != null;
    }

    private static @Nullable JsonNode listOf(JsonNode record) {
        for (String name : LISTS) {
            if (record.path(name).isArray()) {
                return record.path(name);
            }
        }
        return null;
    }

    /** Whether the value is a message in one of the spellings. */
    public static boolean isMessage(JsonNode node) {
        return node.isObject() && first(node, SPEAKERS) != null && first(node, TEXTS) != null;
    }

    @Override
    public List<Entry> parse(JsonNode record) throws EntryProblemException {
        JsonNode said = record.isArray() ? record : listOf(record);
        if (said == null) {
            throw new EntryProblemException("has no list of conversations");
        }
        List<SessionEntry.Turn> turns = ChatTurns.cut(messages(said, record.path("system")));
        if (turns.isEmpty()) {
            return List.of(new Entry.LeftOut(said.isEmpty() ? "empty" : "no turn of a user"));
        }
        return List.of(new SessionEntry(
                sessions ? turns : List.of(turns.getFirst()),
                timestamps.timestampNanos(record.path("timestamp"), "timestamp")));
    }

    private static List<JsonNode> messages(JsonNode said, JsonNode system) throws EntryProblemException {
        List<JsonNode> messages = new ArrayList<>();
        if (system.isString() && !system.stringValue().isBlank()) {
            messages.add(ChatTurns.message("system", system.stringValue()));
        }
        for (JsonNode part : said) {
            String speaker = first(part, SPEAKERS);
            String role = speaker == null ? null : ROLES.get(speaker.strip().toLowerCase(Locale.ROOT));
            String text = first(part, TEXTS);
            if (role == null || (text == null && !hasNullText(part))) {
                throw new EntryProblemException("has " + Members.shown(part)
                        + " in its conversations, which is no object with a value and a from of human, gpt or system");
            }
            if (text != null && !text.isBlank()) {
                add(messages, role, text);
            }
        }
        return messages;
    }

    /** Texts of the same speaker become one message: chat templates require that speakers alternate. */
    private static void add(List<JsonNode> messages, String role, String text) {
        JsonNode last = messages.isEmpty() ? null : messages.getLast();
        if (last != null && last.path("role").stringValue("").equals(role)) {
            messages.removeLast();
            messages.add(ChatTurns.message(role, last.path("content").stringValue("") + "\n\n" + text));
        } else {
            messages.add(ChatTurns.message(role, text));
        }
    }

    private static boolean hasNullText(JsonNode part) {
        return TEXTS.stream().anyMatch(name -> part.path(name).isNull());
    }

    private static @Nullable String first(JsonNode object, List<String> names) {
        for (String name : names) {
            if (object.path(name).isString()) {
                return object.path(name).stringValue();
            }
        }
        return null;
    }
}
