package aifactory.simulator.internal.observation;

import aifactory.simulator.MetricsDialect;
import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;

/** The server's metrics in the Prometheus text format, under the names of an engine. */
public final class PrometheusText {
    /** The content type of the format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder(16_384);
    private final ServerMetrics metrics;
    private final Load load;
    private final String label;

    /**
     * What the server holds at one moment.
     *
     * @param running requests that have a sequence slot
     * @param waiting requests that wait for one
     * @param maxRunning sequence slots
     * @param kvCacheTokens tokens that fill the simulated cache
     */
    public record Load(int running, int waiting, int maxRunning, long kvCacheTokens) {}

    private PrometheusText(ServerMetrics metrics, String model, Load load) {
        this.metrics = metrics;
        this.load = load;
        label = "model_name=\""
                + model.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /** Writes all metrics. */
    public static String of(MetricsDialect dialect, ServerMetrics metrics, String model, Load load) {
        PrometheusText page = new PrometheusText(metrics, model, load);
        switch (dialect) {
            case VLLM -> page.vllm();
            case SGLANG -> page.sglang();
            case TENSORRT_LLM -> page.tensorRtLlm();
            case TRITON -> page.triton();
            case TGI -> page.tgi();
            case LLAMA_CPP -> page.llamaCpp();
        }
        return page.text.toString();
    }

    private double cacheUsage() {
        return Math.clamp((double) metrics.tokensInCache.sum() / load.kvCacheTokens(), 0, 1);
    }

    private long finished() {
        return metrics.finishedBy(FinishReason.STOP).sum()
                + metrics.finishedBy(FinishReason.LENGTH).sum()
                + metrics.finishedBy(FinishReason.TOOL_CALLS).sum();
    }

    private void vllm() {
        gauge("vllm:num_requests_running", "Requests being generated.", load.running());
        gauge("vllm:num_requests_waiting", "Requests waiting to be generated.", load.waiting());
        gauge("vllm:kv_cache_usage_perc", "Share of the simulated KV cache in use, 1 is full.", cacheUsage());
        gauge("vllm:gpu_cache_usage_perc", "The earlier name of vllm:kv_cache_usage_perc.", cacheUsage());
        counter("vllm:num_preemptions_total", "Preempted requests.", metrics.preemptions.sum());
        counter("vllm:prompt_tokens_total", "Prompt tokens processed.", metrics.promptTokens.sum());
        counter("vllm:generation_tokens_total", "Tokens generated.", metrics.generatedTokens.sum());
        counter(
                "vllm:prefix_cache_queries_total",
                "Prompt tokens looked up in the prefix cache.",
                metrics.prefixQueries.sum());
        counter("vllm:prefix_cache_hits_total", "Prompt tokens found in the prefix cache.", metrics.prefixHits.sum());
        finishedRequests();
        histogram("vllm:time_to_first_token_seconds", "Receipt to first token.", metrics.firstTokenSeconds);
        histogram("vllm:inter_token_latency_seconds", "Between steps.", metrics.interTokenSeconds);
        histogram(
                "vllm:time_per_output_token_seconds",
                "The earlier name of vllm:inter_token_latency_seconds.",
                metrics.interTokenSeconds);
        histogram("vllm:e2e_request_latency_seconds", "Receipt to end of answer.", metrics.requestSeconds);
        histogram("vllm:request_queue_time_seconds", "Receipt to sequence slot.", metrics.queueSeconds);
        histogram("vllm:request_prefill_time_seconds", "Sequence slot to first token.", metrics.prefillSeconds);
        histogram("vllm:request_decode_time_seconds", "First token to last.", metrics.decodeSeconds);
    }

    private void sglang() {
        gauge("sglang:num_running_reqs", "Requests being generated.", load.running());
        gauge("sglang:num_queue_reqs", "Requests waiting to be generated.", load.waiting());
        gauge("sglang:max_running_requests", "Sequence slots.", load.maxRunning());
        gauge("sglang:token_usage", "Share of the simulated KV cache in use, 1 is full.", cacheUsage());
        counter("sglang:num_retracted_requests_total", "Preempted requests.", metrics.preemptions.sum());
        counter("sglang:prompt_tokens_total", "Prompt tokens processed.", metrics.promptTokens.sum());
        counter("sglang:generation_tokens_total", "Tokens generated.", metrics.generatedTokens.sum());
        counter("sglang:cached_tokens_total", "Prompt tokens found in the prefix cache.", metrics.prefixHits.sum());
        counter("sglang:num_requests_total", "Requests that left the engine.", finished());
        histogram("sglang:time_to_first_token_seconds", "Receipt to first token.", metrics.firstTokenSeconds);
        histogram("sglang:inter_token_latency_seconds", "Between steps.", metrics.interTokenSeconds);
        histogram("sglang:e2e_request_latency_seconds", "Receipt to end of answer.", metrics.requestSeconds);
        histogram("sglang:queue_time_seconds", "Receipt to sequence slot.", metrics.queueSeconds);
        head("sglang:per_stage_req_latency_seconds", "histogram", "By stage.");
        metrics.prefillSeconds.write(
                text, "sglang:per_stage_req_latency_seconds", label + ",stage=\"prefill_forward\"");
    }

    private void tensorRtLlm() {
        gauge("trtllm_num_requests_running", "Requests being generated.", load.running());
        gauge("trtllm_num_requests_waiting", "Requests waiting to be generated.", load.waiting());
        gauge("trtllm_kv_cache_utilization", "Share of the simulated KV cache in use, 1 is full.", cacheUsage());
        counter("trtllm_prompt_tokens_total", "Prompt tokens processed.", metrics.promptTokens.sum());
        counter("trtllm_request_success_total", "Requests that left the engine.", finished());
        histogram("trtllm_time_to_first_token_seconds", "Receipt to first token.", metrics.firstTokenSeconds);
        histogram("trtllm_time_per_output_token_seconds", "Between steps.", metrics.interTokenSeconds);
        histogram("trtllm_e2e_request_latency_seconds", "Receipt to end of answer.", metrics.requestSeconds);
        histogram("trtllm_request_queue_time_seconds", "Receipt to sequence slot.", metrics.queueSeconds);
    }

    private void triton() {
        head("nv_trt_llm_request_metrics", "gauge", "Requests by state.");
        labelled("nv_trt_llm_request_metrics", "request_type=\"scheduled\"", load.running());
        labelled("nv_trt_llm_request_metrics", "request_type=\"waiting\"", load.waiting());
        labelled("nv_trt_llm_request_metrics", "request_type=\"max\"", load.maxRunning());
        head("nv_trt_llm_kv_cache_block_metrics", "gauge", "The simulated KV cache.");
        labelled("nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type=\"fraction\"", cacheUsage());
        counter("nv_inference_request_success", "Requests that left the engine.", finished());
        counter("nv_inference_queue_duration_us", "Receipt to sequence slot.", metrics.queueSeconds.sum() * 1e6);
        counter("nv_inference_request_duration_us", "Receipt to end of answer.", metrics.requestSeconds.sum() * 1e6);
    }

    private void tgi() {
        gauge("tgi_batch_current_size", "Requests being generated.", load.running());
        gauge("tgi_queue_size", "Requests waiting to be generated.", load.waiting());
        counter("tgi_request_success", "Requests that left the engine.", finished());
        histogram("tgi_request_queue_duration", "Receipt to sequence slot.", metrics.queueSeconds);
        histogram("tgi_request_mean_time_per_token_duration", "Between steps.", metrics.interTokenSeconds);
        histogram("tgi_request_duration", "Receipt to end of answer.", metrics.requestSeconds);
        head("tgi_batch_inference_duration", "histogram", "By method.");
        metrics.prefillSeconds.write(text, "tgi_batch_inference_duration", label + ",method=\"prefill\"");
    }

    private void llamaCpp() {
        gauge("llamacpp:requests_processing", "Requests being generated.", load.running());
        gauge("llamacpp:requests_deferred", "Requests waiting to be generated.", load.waiting());
        counter("llamacpp:prompt_tokens_total", "Prompt tokens processed.", metrics.promptTokens.sum());
        counter("llamacpp:prompt_seconds_total", "Sequence slot to first token.", metrics.prefillSeconds.sum());
        counter("llamacpp:tokens_predicted_total", "Tokens generated.", metrics.generatedTokens.sum());
        counter("llamacpp:tokens_predicted_seconds_total", "First token to last.", metrics.decodeSeconds.sum());
    }

    private void finishedRequests() {
        String name = "vllm:request_success_total";
        head(name, "counter", "Requests that left the engine, by reason.");
        for (FinishReason reason : FinishReason.values()) {
            labelled(
                    name,
                    "finished_reason=\"" + reason.text() + "\"",
                    metrics.finishedBy(reason).sum());
        }
    }

    private void gauge(String name, String help, double value) {
        head(name, "gauge", help);
        text.append(name).append('{').append(label).append("} ").append(value).append('\n');
    }

    private void counter(String name, String help, double value) {
        head(name, "counter", help);
        text.append(name).append('{').append(label).append("} ").append(value).append('\n');
    }

    private void labelled(String name, String more, double value) {
        text.append(name).append('{').append(label).append(',').append(more).append("} ");
        text.append(value).append('\n');
    }

    private void histogram(String name, String help, BucketHistogram histogram) {
        head(name, "histogram", help);
        histogram.write(text, name, label);
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }
}
