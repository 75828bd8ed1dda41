package aifactory.workload.dataset.entry;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** For endpoints that take a text and no messages. Stateless. */
public final class TextOnly {
    private TextOnly() {}

    /** A parser that refuses messages without a text. */
    public static EntryParser require(EntryParser parser) {
        return record -> {
            List<Entry> entries = parser.parse(record);
            for (Entry entry : entries) {
                if (entry instanceof SessionEntry session) {
                    for (SessionEntry.Turn turn : session.turns()) {
                        require(turn);
                    }
                }
            }
            return entries;
        };
    }

    private static void require(SessionEntry.Turn turn) throws EntryProblemException {
        List<JsonNode> messages = turn.messages();
        if (messages == null) {
            return;
        }
        for (JsonNode message : messages) {
            if (!message.path("content").isString()) {
                throw new EntryProblemException(
                        "has a message that is no text, which this endpoint cannot send; use --endpoint chat: "
                                + Members.shown(message));
            }
        }
    }
}
