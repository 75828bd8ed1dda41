package aifactory.simulator;

/** Whose metrics a simulated server reports. */
public enum MetricsDialect {
    VLLM,
    SGLANG,
    TENSORRT_LLM,
    TRITON,
    TGI,
    LLAMA_CPP
}
