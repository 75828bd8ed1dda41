package aifactory.workload;

import org.jspecify.annotations.Nullable;

/**
 * Prompts from a file that every client can read.
 *
 * @param path absolute, on a file system that the clients see
 * @param sha256 of the file, in hexadecimal: a client whose file is another refuses to take part; null to leave it unchecked
 */
public record DatasetReference(
        Format format, String path, @Nullable String sha256) {
    /** What the file holds. */
    public enum Format {
        /** One JSON object or string a line: a prompt, messages, turns, or a line of OpenAI's batch API. */
        JSONL,
        /** ShareGPT's JSON: a list of conversations. */
        SHAREGPT,
        /** Mooncake's trace: {@code timestamp, input_length, output_length, hash_ids} a line. */
        MOONCAKE
    }
}
