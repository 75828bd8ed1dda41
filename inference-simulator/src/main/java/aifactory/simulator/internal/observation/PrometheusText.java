package aifactory.simulator.internal.observation;

import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;

/** The server's metrics under the names that vLLM gives them, in the Prometheus text format. */
public final class PrometheusText {
    /** The content type of the format. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder(16_384);
    private final String label;

    private PrometheusText(String model) {
        label = "model_name=\""
                + model.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    /**
     * Writes all metrics.
     *
     * @param running requests that have a sequence slot
     * @param waiting requests that wait for one
     * @param kvCacheTokens tokens that would fill the simulated cache
     */
    public static String of(ServerMetrics metrics, String model, int running, int waiting, long kvCacheTokens) {
        PrometheusText page = new PrometheusText(model);
        double usage = Math.clamp((double) metrics.tokensInCache.sum() / kvCacheTokens, 0, 1);
        page.sample("vllm:num_requests_running", "gauge", "Requests being generated.", running);
        page.sample("vllm:num_requests_waiting", "gauge", "Requests waiting to be generated.", waiting);
        page.sample("vllm:kv_cache_usage_perc", "gauge", "Share of the simulated KV cache in use, 1 is full.", usage);
        page.sample("vllm:gpu_cache_usage_perc", "gauge", "The earlier name of vllm:kv_cache_usage_perc.", usage);
        page.sample("vllm:num_preemptions_total", "counter", "Preempted requests; the simulator preempts none.", 0);
        page.sample(
                "vllm:prompt_tokens_total", "counter", "Prompt tokens processed.", (double) metrics.promptTokens.sum());
        page.sample(
                "vllm:generation_tokens_total", "counter", "Tokens generated.", (double) metrics.generatedTokens.sum());
        page.sample(
                "vllm:prefix_cache_queries_total", "counter", "Prompt tokens looked up in the prefix cache.", (double)
                        metrics.prefixQueries.sum());
        page.sample("vllm:prefix_cache_hits_total", "counter", "Prompt tokens found in the prefix cache.", (double)
                metrics.prefixHits.sum());
        page.finishedRequests(metrics);
        page.histogram("vllm:time_to_first_token_seconds", "Receipt to first token.", metrics.firstTokenSeconds);
        page.histogram("vllm:inter_token_latency_seconds", "Between steps.", metrics.interTokenSeconds);
        page.histogram(
                "vllm:time_per_output_token_seconds",
                "The earlier name of vllm:inter_token_latency_seconds.",
                metrics.interTokenSeconds);
        page.histogram("vllm:e2e_request_latency_seconds", "Receipt to end of answer.", metrics.requestSeconds);
        page.histogram("vllm:request_queue_time_seconds", "Receipt to sequence slot.", metrics.queueSeconds);
        return page.text.toString();
    }

    private void finishedRequests(ServerMetrics metrics) {
        String name = "vllm:request_success_total";
        head(name, "counter", "Requests that left the engine, by reason.");
        for (FinishReason reason : FinishReason.values()) {
            text.append(name).append('{').append(label);
            text.append(",finished_reason=\"").append(reason.text()).append("\"} ");
            text.append((double) metrics.finishedBy(reason).sum()).append('\n');
        }
    }

    private void sample(String name, String type, String help, double value) {
        head(name, type, help);
        text.append(name).append('{').append(label).append("} ").append(value).append('\n');
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
