package aifactory.workload.dataset;

import tools.jackson.databind.JsonNode;

/** For endpoints that take a text and no messages. Stateless. */
final class TextOnly {
    private TextOnly() {}

    /** The entry, if its messages are texts, which are then sent one after the other. */
    static RecordedEntry require(RecordedEntry entry) throws EntryProblemException {
        for (RecordedEntry.Turn turn : entry.spoken()) {
            for (JsonNode message : turn.messages()) {
                if (!message.path("content").isString()) {
                    throw new EntryProblemException("has a message that is no text, which only endpoint chat can send: "
                            + Members.shown(message));
                }
            }
        }
        return entry;
    }
}
