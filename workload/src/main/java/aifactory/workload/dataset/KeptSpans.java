package aifactory.workload.dataset;

import aifactory.workload.TimeUnitName;
import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.Timestamps;
import aifactory.workload.dataset.entry.TraceParser;
import aifactory.workload.dataset.entry.TracedTurn;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reduces the spans of a record, of which there may be many, to a short line for each. Stateless. */
final class KeptSpans {
    static final EntryParser PARSER = new TraceParser(new Timestamps(TimeUnitName.NS, true), 1, false);

    private KeptSpans() {}

    static byte[] bytes(TracedTurn turn) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (turn.timestampNanos() != Entry.NO_TIME) {
            node.put("timestamp", turn.timestampNanos());
        }
        node.put("input_length", turn.inputTokens()).put("output_length", turn.outputTokens());
        if (turn.session() != null) {
            node.put("session_id", turn.session());
        }
        return JsonMapper.shared().writeValueAsBytes(node);
    }
}
