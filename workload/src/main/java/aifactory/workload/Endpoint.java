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
    TEMPLATE(""),
    /** {@code POST /v1/responses}. */
    RESPONSES("/v1/responses"),
    /** {@code POST /v1/messages} of Anthropic's API. */
    MESSAGES("/v1/messages"),
    /** {@code POST /v1/rerank}; never streamed. */
    RERANK("/v1/rerank"),
    /** {@code POST /v1/score}; never streamed. */
    SCORE("/v1/score"),
    /** {@code POST /api/chat} of Ollama. */
    OLLAMA("/api/chat"),
    /** {@code POST /generate_stream} of Text Generation Inference. */
    TGI("/generate_stream", "/generate"),
    /** {@code POST /v2/models/MODEL/generate_stream} of Triton. */
    TRITON("/v2/models/{model}/generate_stream", "/v2/models/{model}/generate"),
    /** {@code POST /v2/models/MODEL/infer} of the Open Inference Protocol (KServe v2); never streamed. */
    KSERVE("/v2/models/{model}/infer");

    private final String path;
    private final String pathOfWhole;

    Endpoint(String path) {
        this(path, path);
    }

    Endpoint(String path, String pathOfWhole) {
        this.path = path;
        this.pathOfWhole = pathOfWhole;
    }

    /**
     * The path below the AI server's address; empty for {@link #TEMPLATE}, which brings its own.
     *
     * @param streaming whether responses are streamed
     */
    public String path(boolean streaming) {
        return streaming ? path : pathOfWhole;
    }

    /** Whether text is generated, so that there are output tokens. */
    public boolean generates() {
        return this != EMBEDDINGS && this != RERANK && this != SCORE;
    }

    /** Whether responses can be streamed. */
    public boolean streams() {
        return generates() && this != KSERVE;
    }

    /** Whether prompts are sent as messages of a chat. */
    public boolean usesMessages() {
        return this == CHAT || this == RESPONSES || this == MESSAGES || this == OLLAMA;
    }
}
