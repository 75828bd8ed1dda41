package aifactory.workload.dataset.entry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Cuts the messages of a recorded chat into turns: what is sent, and what was answered. Stateless. */
final class ChatTurns {
    private ChatTurns() {}

    /**
     * The turns of OpenAI's messages.
     *
     * @param sessions whether each turn is a request; else all messages are one request
     */
    static List<SessionEntry.Turn> of(JsonNode messages, boolean sessions) throws EntryProblemException {
        List<JsonNode> all = messages(messages);
        return sessions ? cut(all) : List.of(turn(0, all, null));
    }

    /**
     * The same for an example of fine-tuning, which ends with the response that a model shall learn: it is not sent.
     */
    static List<SessionEntry.Turn> ofExample(JsonNode messages, boolean sessions) throws EntryProblemException {
        List<JsonNode> all = messages(messages);
        if (sessions) {
            return cut(all);
        }
        int end = all.size();
        while (end > 0 && isAssistant(all.get(end - 1))) {
            end--;
        }
        if (end == 0 || all.subList(0, end).stream().noneMatch(ChatTurns::asks)) {
            return List.of();
        }
        String answer = end == all.size() ? null : all.get(end).path("content").stringValue("");
        return List.of(turn(0, List.copyOf(all.subList(0, end)), answer));
    }

    /** Whether the value is a message of a chat. */
    static boolean isMessage(JsonNode node) {
        return node.isObject()
                && node.path("role").isString()
                && (node.has("content") || node.has("tool_calls") || node.has("function_call"));
    }

    private static List<JsonNode> messages(JsonNode messages) throws EntryProblemException {
        if (!messages.isArray() || messages.isEmpty()) {
            throw new EntryProblemException(
                    "messages is " + Members.shown(messages) + ", not a list with at least one");
        }
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode message : messages) {
            if (!isMessage(message)) {
                throw new EntryProblemException(
                        "messages has " + Members.shown(message) + ", which is no object with a role and a content");
            }
            all.add(message);
        }
        return all;
    }

    /** Each turn ends where the assistant answered; its recorded response is replaced by the one of the server. */
    static List<SessionEntry.Turn> cut(List<JsonNode> messages) {
        List<SessionEntry.Turn> turns = new ArrayList<>();
        List<JsonNode> said = new ArrayList<>();
        boolean asked = false;
        for (JsonNode message : messages) {
            if (!isAssistant(message)) {
                said.add(message);
                asked |= asks(message);
            } else if (asked) {
                turns.add(turn(
                        turns.size(), List.copyOf(said), message.path("content").stringValue("")));
                said.clear();
                asked = false;
            }
            // A response without a request before it cannot be caused by a request.
        }
        if (asked) {
            turns.add(turn(turns.size(), List.copyOf(said), null));
        }
        return List.copyOf(turns);
    }

    private static boolean isAssistant(JsonNode message) {
        return message.path("role").stringValue("").equals("assistant");
    }

    /** The result of a tool is as good a reason for a response as a question. */
    private static boolean asks(JsonNode message) {
        String role = message.path("role").stringValue("");
        return role.equals("user") || role.equals("tool") || role.equals("function");
    }

    private static SessionEntry.Turn turn(int number, List<JsonNode> messages, @Nullable String answer) {
        return SessionEntry.Turn.ofMessages(
                number, messages, null, answer == null || answer.isEmpty() ? null : answer, null, null);
    }

    static JsonNode message(String role, String content) {
        return JsonNodeFactory.instance.objectNode().put("role", role).put("content", content);
    }
}
