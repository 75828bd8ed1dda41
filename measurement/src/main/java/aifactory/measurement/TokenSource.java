package aifactory.measurement;

/** Where a count of output tokens comes from. */
public enum TokenSource {
    /** The server's own {@code usage} object. */
    USAGE,
    /** A tokenizer that the user gave as a file. */
    TOKENIZER,
    /** The number of chunks with content: an estimate, since a chunk is not a token. */
    CHUNKS
}
