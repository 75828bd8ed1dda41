package aifactory.workload.dataset;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Cuts the messages of a recorded chat into what the user says and what was answered. Stateless. */
final class ChatTurns {
    private ChatTurns() {}

    /**
     * The turns of OpenAI's messages.
     *
     * @param sessions whether each turn is a request of its own; else all messages are one request
     */
    static List<RecordedEntry.Turn> of(JsonNode messages, boolean sessions) throws EntryProblemException {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new EntryProblemException(
                    "messages is " + Members.shown(messages) + ", not a list with at least one");
        }
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode message : messages) {
            if (!message.isObject() || !message.path("role").isString() || !message.has("content")) {
                throw new EntryProblemException(
                        "messages has " + Members.shown(message) + ", which is no object with a role and a content");
            }
            all.add(message);
        }
        return sessions ? cut(all) : List.of(turn(all, null));
    }

    /** Each turn ends where the assistant answered; what it answered is replaced by what the server answers now. */
    static List<RecordedEntry.Turn> cut(List<JsonNode> messages) {
        List<RecordedEntry.Turn> turns = new ArrayList<>();
        List<JsonNode> said = new ArrayList<>();
        boolean asked = false;
        for (JsonNode message : messages) {
            String role = message.path("role").stringValue("");
            if (!role.equals("assistant")) {
                said.add(message);
                asked |= role.equals("user");
            } else if (asked) {
                turns.add(turn(List.copyOf(said), message.path("content").stringValue("")));
                said.clear();
                asked = false;
            }
            // An assistant that speaks before it is asked cannot be made to by a request.
        }
        if (asked) {
            turns.add(turn(List.copyOf(said), null));
        }
        return List.copyOf(turns);
    }

    private static RecordedEntry.Turn turn(List<JsonNode> messages, @Nullable String answer) {
        return new RecordedEntry.Turn(messages, null, answer == null || answer.isEmpty() ? null : answer, null, null);
    }

    static JsonNode message(String role, String content) {
        return JsonNodeFactory.instance.objectNode().put("role", role).put("content", content);
    }
}
