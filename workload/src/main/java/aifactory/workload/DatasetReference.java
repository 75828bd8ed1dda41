package aifactory.workload;

/**
 * Prompts from a file that every client can read.
 *
 * @param path absolute, on a file system that the clients see
 */
public record DatasetReference(Format format, String path) {
    /** What the file holds. */
    public enum Format {
        /** One JSON object or string a line: {@code {"prompt": …, "output_tokens": …}}. */
        JSONL,
        /** ShareGPT's JSON: a list of conversations. */
        SHAREGPT,
        /** Mooncake's trace: {@code timestamp, input_length, output_length, hash_ids} a line. */
        MOONCAKE
    }
}
