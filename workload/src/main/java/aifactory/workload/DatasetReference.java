package aifactory.workload;

import org.jspecify.annotations.Nullable;

/**
 * Prompts or a recorded trace from files that every client can read.
 *
 * @param path absolute, of a file or a directory on a file system that the clients see
 * @param sha256 of the file, in hexadecimal: a client with a different file refuses to take part; null for no check
 * @param column of a table that contains the prompts; null for the usual names
 * @param maxBadEntries the largest share of entries that cannot be used; the dataset is refused above it; null for
 *     {@link #DEFAULT_MAX_BAD_ENTRIES}
 * @param timeUnit of the numbers that the file has for times; null for that of the format
 * @param blockTokens tokens per block of {@code hash_ids}; null for that of the format
 * @param speedup factor by which a trace is sent faster than it was recorded; null for 1
 * @param window of the trace that is sent, such as {@code 10m..20m} from its beginning; null for all of it
 * @param scale share of the sessions of a trace that are sent, chosen at random by the seed; null for 1
 * @param repeat whether a trace starts again at its end, until the run ends; null for no
 */
public record DatasetReference(
        Format format,
        String path,
        @Nullable String sha256,
        @Nullable String column,
        @Nullable Double maxBadEntries,
        @Nullable TimeUnitName timeUnit,
        @Nullable Integer blockTokens,
        @Nullable Double speedup,
        @Nullable String window,
        @Nullable Double scale,
        @Nullable Boolean repeat) {
    public static final double DEFAULT_MAX_BAD_ENTRIES = 0.01;

    /** A file with the defaults of its format. */
    public DatasetReference(Format format, String path, @Nullable String sha256) {
        this(format, path, sha256, null, null, null, null, null, null, null, null);
    }

    /** Whether it says anything that only a trace has an effect on. */
    public boolean selectsOfTrace() {
        return speedup != null || window != null || scale != null || Boolean.TRUE.equals(repeat);
    }

    /** The format of the entries; the layout (JSON Lines, JSON, CSV, Parquet) is recognised. */
    public enum Format {
        /** Prompts, messages, sessions, or lines of OpenAI's batch API and fine-tuning. */
        JSONL,
        /** Conversations of ShareGPT. */
        SHAREGPT,
        /** Mooncake's trace: {@code timestamp} in milliseconds, {@code input_length, output_length, hash_ids}. */
        MOONCAKE,
        /** Bailian's trace: {@code timestamp} in seconds, {@code chat_id, parent_chat_id}, blocks of 16 tokens. */
        BAILIAN,
        /** Azure's trace of LLM inference: {@code TIMESTAMP,ContextTokens,GeneratedTokens}. */
        AZURE,
        /** BurstGPT's trace: {@code Timestamp} in seconds, {@code Request tokens, Response tokens}. */
        BURSTGPT,
        /** OpenTelemetry spans with the attributes of generative AI. */
        OPENTELEMETRY
    }
}
