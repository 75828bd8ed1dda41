package aifactory.simulator.internal.generation;

/** The endpoints that generate. */
public enum EndpointKind {
    /** {@code /v1/chat/completions}. */
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk"),
    /** {@code /v1/completions}. */
    COMPLETION("cmpl-", "text_completion", "text_completion"),
    /** {@code /v1/embeddings}; never streamed. */
    EMBEDDING("embd-", "list", "list");

    private final String idPrefix;
    private final String object;
    private final String chunkObject;

    EndpointKind(String idPrefix, String object, String chunkObject) {
        this.idPrefix = idPrefix;
        this.object = object;
        this.chunkObject = chunkObject;
    }

    /** What the identifiers of its answers begin with. */
    public String idPrefix() {
        return idPrefix;
    }

    /** The {@code object} of an answer, or of a streamed one's events. */
    public String object(boolean streamed) {
        return streamed ? chunkObject : object;
    }
}
