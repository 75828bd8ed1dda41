package aifactory.simulator.internal.generation;

import aifactory.workload.Endpoint;

/** The endpoints that generate. */
public enum EndpointKind {
    /** {@code /v1/chat/completions}. */
    CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk"),
    /** {@code /v1/completions}. */
    COMPLETION("cmpl-", "text_completion", "text_completion"),
    /** {@code /v1/embeddings}; never streamed. */
    EMBEDDING("embd-", "list", "list"),
    /** {@code /v1/responses}. */
    RESPONSES("resp_", "response", "response"),
    /** {@code /v1/messages} of Anthropic's API. */
    MESSAGES("msg_", "message", "message"),
    /** {@code /v1/rerank}; never streamed. */
    RERANK("rerank-", "list", "list"),
    /** {@code /v1/score}; never streamed. */
    SCORE("score-", "list", "list"),
    /** {@code /api/chat} of Ollama. */
    OLLAMA("ollama-", "", ""),
    /** {@code /generate_stream} and {@code /generate} of Text Generation Inference. */
    TGI("tgi-", "", ""),
    /** {@code /v2/models/MODEL/generate_stream} and {@code …/generate} of Triton. */
    TRITON("triton-", "", ""),
    /** {@code /v2/models/MODEL/infer} of the Open Inference Protocol; never streamed. */
    KSERVE("infer-", "", "");

    private final String idPrefix;
    private final String object;
    private final String chunkObject;

    EndpointKind(String idPrefix, String object, String chunkObject) {
        this.idPrefix = idPrefix;
        this.object = object;
        this.chunkObject = chunkObject;
    }

    /** Whether it is one of OpenAI's older APIs. */
    public boolean isOpenAi() {
        return this == CHAT || this == COMPLETION || this == EMBEDDING;
    }

    /** Whether requests are answered with numbers for their inputs, and nothing is generated. */
    public boolean isScoring() {
        return this == EMBEDDING || this == RERANK || this == SCORE;
    }

    /** What the identifiers of its answers begin with. */
    public String idPrefix() {
        return idPrefix;
    }

    /** The {@code object} of an answer, or of a streamed one's events. */
    public String object(boolean streamed) {
        return streamed ? chunkObject : object;
    }

    /** The same in workloads. */
    Endpoint ofWorkload() {
        return switch (this) {
            case CHAT -> Endpoint.CHAT;
            case COMPLETION -> Endpoint.COMPLETIONS;
            case EMBEDDING -> Endpoint.EMBEDDINGS;
            case RESPONSES -> Endpoint.RESPONSES;
            case MESSAGES -> Endpoint.MESSAGES;
            case RERANK -> Endpoint.RERANK;
            case SCORE -> Endpoint.SCORE;
            case OLLAMA -> Endpoint.OLLAMA;
            case TGI -> Endpoint.TGI;
            case TRITON -> Endpoint.TRITON;
            case KSERVE -> Endpoint.KSERVE;
        };
    }
}
