package aifactory.workload.dataset.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenTelemetry spans of requests to models, after the semantic conventions for generative AI: a record is an export
 * of OTLP in JSON ({@code resourceSpans}), as the file exporter of the Collector writes per line, or one span.
 * Immutable.
 *
 * <p>Spans with {@code gen_ai.conversation.id} are the turns of a session. Spans without token counts are left out.
 */
public final class SpanParser implements EntryParser {
    private static final String[] INPUT_TOKENS = {
        "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens", "llm.token_count.prompt"
    };
    private static final String[] OUTPUT_TOKENS = {
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.completion_tokens",
        "llm.usage.completion_tokens",
        "llm.token_count.completion"
    };

    private final Timestamps nanoseconds;
    private final Timestamps dates;

    /**
     * @param nanoseconds reads {@code startTimeUnixNano}
     * @param dates reads {@code start_time}
     */
    public SpanParser(Timestamps nanoseconds, Timestamps dates) {
        this.nanoseconds = nanoseconds;
        this.dates = dates;
    }

    /** Whether a record has spans of that kind. */
    public static boolean recognises(JsonNode record) {
        return record.has("resourceSpans")
                || record.has("resource_spans")
                || (record.has("attributes") && (startOf(record) != null || record.has("spanId")));
    }

    @Override
    public List<Entry> parse(JsonNode record) throws EntryProblemException {
        List<JsonNode> spans = new ArrayList<>();
        collect(record, spans);
        List<Entry> entries = new ArrayList<>();
        for (JsonNode span : spans) {
            entries.add(entry(span));
        }
        return entries.isEmpty() ? List.of(new Entry.LeftOut("no span")) : List.copyOf(entries);
    }

    private static void collect(JsonNode record, List<JsonNode> spans) throws EntryProblemException {
        if (!record.isObject()) {
            throw new EntryProblemException("is " + Members.shown(record) + ", not a JSON object with spans");
        }
        boolean nested = false;
        for (String name : List.of(
                "resourceSpans",
                "resource_spans",
                "scopeSpans",
                "scope_spans",
                "instrumentationLibrarySpans",
                "spans")) {
            JsonNode list = record.path(name);
            if (list.isArray()) {
                nested = true;
                for (JsonNode member : list) {
                    collect(member, spans);
                }
            }
        }
        if (!nested && !record.has("resource")) {
            spans.add(record);
        }
    }

    private Entry entry(JsonNode span) throws EntryProblemException {
        ObjectNode attributes = attributes(span.path("attributes"));
        Integer input = tokens(attributes, INPUT_TOKENS);
        Integer output = tokens(attributes, OUTPUT_TOKENS);
        if (input == null || output == null) {
            return new Entry.LeftOut("span " + Members.shown(span.path("name")) + " without counts of tokens");
        }
        return new TracedTurn(
                timestampNanos(span),
                input,
                output,
                new long[0],
                0,
                null,
                Members.identifier(attributes, "gen_ai.conversation.id", "session.id"),
                null,
                null);
    }

    /** 0 is what a request that failed is recorded with. */
    private static @Nullable Integer tokens(ObjectNode attributes, String[] names) throws EntryProblemException {
        for (String name : names) {
            if (Members.isZero(attributes.path(name))) {
                return null;
            }
        }
        return Members.tokens(attributes, names);
    }

    private long timestampNanos(JsonNode span) throws EntryProblemException {
        String name = startOf(span);
        if (name == null) {
            return Entry.NO_TIME;
        }
        JsonNode start = span.path(name);
        if (start.isArray() && start.size() == 2) {
            // The form of the JavaScript SDK: seconds and nanoseconds.
            return start.get(0).asLong(0) * 1_000_000_000L + start.get(1).asLong(0);
        }
        return name.endsWith("ano") ? nanoseconds.timestampNanos(start, name) : dates.timestampNanos(start, name);
    }

    private static @Nullable String startOf(JsonNode span) {
        for (String name : List.of("startTimeUnixNano", "start_time_unix_nano", "start_time", "startTime")) {
            if (span.has(name)) {
                return name;
            }
        }
        return null;
    }

    /** Attributes by name, whether they are an object or OTLP's list of keys and typed values. */
    private static ObjectNode attributes(JsonNode attributes) {
        if (attributes instanceof ObjectNode object) {
            return object;
        }
        ObjectNode byName = JsonNodeFactory.instance.objectNode();
        for (JsonNode attribute : attributes) {
            for (Map.Entry<String, JsonNode> value : attribute.path("value").properties()) {
                byName.set(attribute.path("key").asString(""), value.getValue());
            }
        }
        return byName;
    }
}
