package aifactory.workload.dataset.entry;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A row of a published trace in CSV: Azure's {@code TIMESTAMP,ContextTokens,GeneratedTokens} and BurstGPT's
 * {@code Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type}. Immutable.
 */
public final class TableTraceParser implements EntryParser {
    private final Timestamps timestamps;
    private final String inputColumn;
    private final String outputColumn;

    public TableTraceParser(Timestamps timestamps, String inputColumn, String outputColumn) {
        this.timestamps = timestamps;
        this.inputColumn = inputColumn;
        this.outputColumn = outputColumn;
    }

    @Override
    public List<Entry> parse(JsonNode record) throws EntryProblemException {
        JsonNode output = Members.loosely(record, outputColumn);
        if (Members.isZero(output)) {
            return List.of(new Entry.LeftOut(outputColumn + " 0, the recorded request failed"));
        }
        JsonNode session = Members.loosely(record, "Session ID");
        return List.of(new TracedTurn(
                timestamps.timestampNanos(Members.loosely(record, "Timestamp"), "Timestamp"),
                Members.requireTokens(named(Members.loosely(record, inputColumn), inputColumn), inputColumn),
                Members.requireTokens(named(output, outputColumn), outputColumn),
                new long[0],
                0,
                null,
                Members.isAbsent(session) ? null : session.asString(),
                null,
                null));
    }

    private static JsonNode named(JsonNode value, String name) {
        return tools.jackson.databind.node.JsonNodeFactory.instance.objectNode().set(name, value);
    }
}
