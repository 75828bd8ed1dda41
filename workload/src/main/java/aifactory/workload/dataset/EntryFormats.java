package aifactory.workload.dataset;

import aifactory.workload.DatasetReference;
import aifactory.workload.DatasetReference.Format;
import aifactory.workload.TimeUnitName;
import aifactory.workload.dataset.entry.ConversationParser;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.PromptParser;
import aifactory.workload.dataset.entry.SpanParser;
import aifactory.workload.dataset.entry.TableTraceParser;
import aifactory.workload.dataset.entry.Timestamps;
import aifactory.workload.dataset.entry.TraceParser;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The formats of entries: their parsers, and what distinguishes them. Stateless. */
final class EntryFormats {
    private static final int MOONCAKE_BLOCK_TOKENS = 512;
    private static final int BAILIAN_BLOCK_TOKENS = 16;

    private EntryFormats() {}

    /** The format of a record; texts and what is not known are prompts. */
    static Format of(JsonNode record) {
        Set<String> names = new TreeSet<>();
        record.propertyNames().forEach(name -> names.add(normal(name)));
        if (names.contains("contexttokens") && names.contains("generatedtokens")) {
            return Format.AZURE;
        }
        if (names.contains("requesttokens") && names.contains("responsetokens")) {
            return Format.BURSTGPT;
        }
        if (record.has("input_length")) {
            return record.has("chat_id") ? Format.BAILIAN : Format.MOONCAKE;
        }
        if (SpanParser.recognises(record)) {
            return Format.OPENTELEMETRY;
        }
        return record.path("conversations").isArray()
                        || record.path("conversation").isArray()
                ? Format.SHAREGPT
                : Format.JSONL;
    }

    private static String normal(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    /** The word for an entry of a list. */
    static String entryName(Format format) {
        return format == Format.SHAREGPT ? "conversation" : "entry";
    }

    /** Whether a record has a time. */
    static boolean hasTime(JsonNode record) {
        return SpanParser.recognises(record)
                || record.propertyNames().stream().anyMatch(name -> normal(name).equals("timestamp"));
    }

    static boolean isTrace(Format format) {
        return format != Format.JSONL && format != Format.SHAREGPT;
    }

    /** The unit of times in a format; null where it has dates. */
    static @Nullable TimeUnitName unitOf(DatasetReference reference) {
        if (reference.timeUnit() != null) {
            return reference.timeUnit();
        }
        return switch (reference.format()) {
            case JSONL, SHAREGPT, MOONCAKE -> TimeUnitName.MS;
            case BAILIAN, BURSTGPT -> TimeUnitName.S;
            case AZURE, OPENTELEMETRY -> null;
        };
    }

    /**
     * The parser of a format.
     *
     * @param sessions whether all turns of conversations are sent
     * @param timed whether entries are sent at their times
     */
    static EntryParser parser(DatasetReference reference, boolean sessions, boolean timed) {
        Timestamps timestamps = new Timestamps(unitOf(reference), timed || isTrace(reference.format()));
        return switch (reference.format()) {
            case JSONL -> new PromptParser(sessions, reference.column(), timestamps);
            case SHAREGPT -> new ConversationParser(sessions, timestamps);
            case MOONCAKE -> new TraceParser(timestamps, blockTokens(reference, MOONCAKE_BLOCK_TOKENS), false);
            case BAILIAN -> new TraceParser(timestamps, blockTokens(reference, BAILIAN_BLOCK_TOKENS), true);
            case AZURE -> new TableTraceParser(timestamps, "ContextTokens", "GeneratedTokens");
            case BURSTGPT -> new TableTraceParser(timestamps, "Request tokens", "Response tokens");
            case OPENTELEMETRY -> new SpanParser(new Timestamps(TimeUnitName.NS, true), timestamps);
        };
    }

    /** The parser of what is kept of spans, see {@link KeptSpans}. */
    static EntryParser keptParser(DatasetReference reference, EntryParser parser) {
        return reference.format() == Format.OPENTELEMETRY ? KeptSpans.PARSER : parser;
    }

    private static int blockTokens(DatasetReference reference, int usual) {
        return reference.blockTokens() == null ? usual : reference.blockTokens();
    }
}
