package aifactory.workload;

/** The kind of request that is sent. */
public enum Endpoint {
    /** {@code POST /v1/chat/completions}. */
    CHAT("/v1/chat/completions"),
    /** {@code POST /v1/completions}. */
    COMPLETIONS("/v1/completions"),
    /** {@code POST /v1/embeddings}; never streamed. */
    EMBEDDINGS("/v1/embeddings"),
    /** A path and a body that the user gives. */
    TEMPLATE("");

    private final String path;

    Endpoint(String path) {
        this.path = path;
    }

    /** The path below the AI server's address; empty for {@link #TEMPLATE}, which brings its own. */
    public String path() {
        return path;
    }
}
