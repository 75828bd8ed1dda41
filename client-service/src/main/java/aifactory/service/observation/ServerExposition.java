package aifactory.service.observation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of interest in an AI server's {@code /metrics} (Prometheus' text format): sums over all series of a name, since a server
 * has one for each model or engine. Whatever else is in the text is passed over.
 */
record ServerExposition(
        @Nullable Double running,
        @Nullable Double waiting,
        @Nullable Double kvCacheShare,
        @Nullable Double preemptions,
        @Nullable Double requestsFinished,
        @Nullable Double prefixCacheQueries,
        @Nullable Double prefixCacheHits) {

    // The names of vLLM, also its older ones, of llama.cpp, SGLang and TGI.
    private static final List<String> RUNNING = List.of(
            "vllm:num_requests_running",
            "llamacpp:requests_processing",
            "sglang:num_running_reqs",
            "tgi_batch_current_size");
    private static final List<String> WAITING = List.of(
            "vllm:num_requests_waiting", "llamacpp:requests_deferred", "sglang:num_queue_reqs", "tgi_queue_size");
    private static final List<String> REQUESTS_FINISHED =
            List.of("vllm:request_success_total", "sglang:num_requests_total", "tgi_request_success");
    private static final List<String> PREFIX_CACHE_QUERIES =
            List.of("vllm:prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries_total");
    private static final List<String> PREFIX_CACHE_HITS =
            List.of("vllm:prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits_total");
    private static final List<String> KV_CACHE =
            List.of("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc", "llamacpp:kv_cache_usage_ratio");
    private static final List<String> PREEMPTIONS = List.of("vllm:num_preemptions_total", "vllm:num_preemptions");

    /** Reads an exposition. Never fails: a line that is none is passed over. */
    static ServerExposition parse(String text) {
        Map<String, Sum> sums = new HashMap<>();
        text.lines().forEach(line -> add(line, sums));
        return new ServerExposition(
                total(sums, RUNNING),
                total(sums, WAITING),
                mean(sums, KV_CACHE),
                total(sums, PREEMPTIONS),
                total(sums, REQUESTS_FINISHED),
                total(sums, PREFIX_CACHE_QUERIES),
                total(sums, PREFIX_CACHE_HITS));
    }

    /** Whether none of the figures is there. */
    boolean isEmpty() {
        return running == null && waiting == null && kvCacheShare == null && preemptions == null;
    }

    private record Sum(double total, int count) {}

    private static void add(String line, Map<String, Sum> sums) {
        int nameEnd = 0;
        while (nameEnd < line.length() && line.charAt(nameEnd) != '{' && line.charAt(nameEnd) > ' ') {
            nameEnd++;
        }
        String name = line.substring(0, nameEnd);
        if (!isOfInterest(name)) {
            return;
        }
        // Label values may hold spaces and braces; what follows the last brace is the value and, rarely, a time.
        int valueStart = Math.max(line.lastIndexOf('}') + 1, nameEnd);
        String[] parts = line.substring(valueStart).strip().split("\\s+");
        try {
            double value = Double.parseDouble(parts[0]);
            if (Double.isFinite(value) && value >= 0) {
                sums.merge(name, new Sum(value, 1), (one, other) -> new Sum(one.total + other.total, one.count + 1));
            }
        } catch (NumberFormatException e) {
            // Not a sample.
        }
    }

    private static boolean isOfInterest(String name) {
        return RUNNING.contains(name)
                || WAITING.contains(name)
                || KV_CACHE.contains(name)
                || PREEMPTIONS.contains(name)
                || REQUESTS_FINISHED.contains(name)
                || PREFIX_CACHE_QUERIES.contains(name)
                || PREFIX_CACHE_HITS.contains(name);
    }

    private static @Nullable Double total(Map<String, Sum> sums, List<String> names) {
        for (String name : names) {
            Sum sum = sums.get(name);
            if (sum != null) {
                return sum.total;
            }
        }
        return null;
    }

    private static @Nullable Double mean(Map<String, Sum> sums, List<String> names) {
        for (String name : names) {
            Sum sum = sums.get(name);
            if (sum != null) {
                return sum.total / sum.count;
            }
        }
        return null;
    }
}
