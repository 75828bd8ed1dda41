package aifactory.workload.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A conversation of ShareGPT: {@code {"id": …, "conversations": [{"from": "human", "value": …}, {"from": "gpt", …}]}}. */
final class ShareGptParser implements EntryParser<RecordedEntry> {
    private static final Map<String, String> ROLES = Map.of(
            "human", "user",
            "user", "user",
            "gpt", "assistant",
            "chatgpt", "assistant",
            "bing", "assistant",
            "bard", "assistant",
            "assistant", "assistant",
            "system", "system");

    private final boolean sessions;

    /**
     * @param sessions whether all turns are sent one after the other; else only the first is
     */
    ShareGptParser(boolean sessions) {
        this.sessions = sessions;
    }

    @Override
    public RecordedEntry parse(JsonNode node) throws EntryProblemException {
        JsonNode said = node.has("conversations") ? node.path("conversations") : node.path("conversation");
        if (!said.isArray()) {
            throw new EntryProblemException("has no list of conversations");
        }
        List<JsonNode> messages = new ArrayList<>();
        for (JsonNode part : said) {
            String from = part.path("from").stringValue("").toLowerCase(Locale.ROOT);
            String role = ROLES.get(from);
            JsonNode value = part.path("value");
            if (role == null || !value.isString()) {
                throw new EntryProblemException("has " + Members.shown(part)
                        + " in its conversations, which is no object with a value and a from of human, gpt or system");
            }
            if (!value.stringValue().isEmpty()) {
                messages.add(ChatTurns.message(role, value.stringValue()));
            }
        }
        List<RecordedEntry.Turn> turns = ChatTurns.cut(messages);
        return new RecordedEntry(
                sessions || turns.isEmpty() ? turns : List.of(turns.getFirst()), Members.timestampNanos(node));
    }
}
