package aifactory.workload.dataset;

import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.SessionEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a dataset in the program's format: JSON Lines, a session per line. Stateless. */
public final class DatasetConversion {
    private static final double NANOS_PER_MILLI = 1e6;

    private DatasetConversion() {}

    /** Writes all sessions; returns their number. */
    public static int write(DatasetContents contents, OutputStream out) throws IOException {
        for (int number = 0; number < contents.size(); number++) {
            out.write(JsonMapper.shared().writeValueAsBytes(session(contents, number)));
            out.write('\n');
        }
        return contents.size();
    }

    private static ObjectNode session(DatasetContents contents, int number) {
        SessionEntry session = contents.session(number);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        long start = contents.startNanos(number);
        if (start != Entry.NO_TIME) {
            putMillis(node, "timestamp", start);
        }
        ArrayNode turns = node.putArray("turns");
        for (int i = 0; i < session.turns().size(); i++) {
            turns.add(turn(i, session.turns().get(i), start - session.timestampNanos(), start != Entry.NO_TIME));
        }
        return node;
    }

    private static ObjectNode turn(int number, SessionEntry.Turn turn, long shiftNanos, boolean timed) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        List<JsonNode> messages = turn.messages();
        SessionEntry.GeneratedPrompt prompt = turn.prompt();
        if (messages != null) {
            putMessages(node, messages);
        } else if (prompt != null) {
            putPrompt(node, prompt);
        }
        if (turn.outputTokens() != null) {
            node.put("output_tokens", turn.outputTokens());
        }
        if (turn.answer() != null) {
            node.put("answer", turn.answer());
        }
        if (turn.thinkNanos() != null) {
            putMillis(node, "delay", turn.thinkNanos());
        }
        if (timed && number > 0 && turn.dueNanos() != Entry.NO_TIME) {
            putMillis(node, "timestamp", turn.dueNanos() + shiftNanos);
        }
        if (turn.continues() != number - 1) {
            node.set(
                    "continues",
                    turn.continues() < 0
                            ? JsonNodeFactory.instance.nullNode()
                            : JsonNodeFactory.instance.numberNode(turn.continues()));
        }
        if (number > 0 && !turn.waitsFor().equals(List.of(number - 1))) {
            ArrayNode after = node.putArray("after");
            turn.waitsFor().forEach(after::add);
        }
        if (turn.members() != null && !turn.members().isEmpty()) {
            node.set("body", turn.members());
        }
        return node;
    }

    /** A single message of the user is shorter as a prompt. */
    private static void putMessages(ObjectNode node, List<JsonNode> messages) {
        JsonNode only = messages.getFirst();
        if (messages.size() == 1
                && only.path("role").stringValue("").equals("user")
                && only.path("content").isString()
                && only.size() == 2) {
            node.set("prompt", only.path("content"));
        } else {
            node.putArray("messages").addAll(messages);
        }
    }

    private static void putPrompt(ObjectNode node, SessionEntry.GeneratedPrompt prompt) {
        node.put("input_tokens", prompt.tokens());
        if (prompt.blocks().length > 0) {
            ArrayNode blocks = node.putArray("hash_ids");
            for (long block : prompt.blocks()) {
                blocks.add(block);
            }
            node.put("block_tokens", prompt.blockTokens());
            if (prompt.skippedTokens() > 0) {
                node.put("context_tokens", prompt.skippedTokens());
            }
        }
    }

    private static void putMillis(ObjectNode node, String name, long nanos) {
        if (nanos % 1_000_000 == 0) {
            node.put(name, nanos / 1_000_000);
        } else {
            node.put(name, nanos / NANOS_PER_MILLI);
        }
    }
}
