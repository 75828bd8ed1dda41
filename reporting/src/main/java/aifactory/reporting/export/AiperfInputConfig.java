package aifactory.reporting.export;

import aifactory.protocol.RunSummary;
import aifactory.reporting.WorkloadFacts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The workload in the terms of AIPerf's configuration ({@code input_config}), which AIPerf reads strictly: a workload
 * that it cannot express is omitted rather than misrepresented. Stateless.
 */
final class AiperfInputConfig {
    private AiperfInputConfig() {}

    /** The members; empty when AIPerf has no such workload. */
    static Map<String, Object> of(RunSummary summary) {
        WorkloadFacts workload = new WorkloadFacts(summary);
        Map<String, Object> phase = phase(workload);
        String endpoint = workload.text("endpoint");
        Double input = workload.number("input_length", "mean");
        Double output = workload.number("output_length", "mean");
        boolean synthetic =
                !workload.has("dataset") && !workload.has("conversation") && input != null && output != null;
        if (phase == null || endpoint == null || endpoint.equals("template") || !synthetic) {
            return Map.of();
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("models", Map.of("items", List.of(Map.of("name", workload.model()))));
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("urls", summary.provenance().targets());
        server.put("type", endpoint);
        server.put("streaming", workload.flag("streaming"));
        config.put("endpoint", server);
        Map<String, Object> prompts = new LinkedHashMap<>();
        prompts.put("isl", length(workload, "input_length"));
        prompts.put("osl", length(workload, "output_length"));
        Map<String, Object> dataset = new LinkedHashMap<>();
        dataset.put("name", "default");
        dataset.put("type", "synthetic");
        dataset.put("prompts", prompts);
        config.put("datasets", List.of(dataset));
        config.put("phases", List.of(phase));
        return config;
    }

    private static Map<String, Object> length(WorkloadFacts workload, String member) {
        Map<String, Object> length = new LinkedHashMap<>();
        length.put("mean", orZero(workload.number(member, "mean")));
        length.put("stddev", orZero(workload.number(member, "standard_deviation")));
        return length;
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }

    private static @Nullable Map<String, Object> phase(WorkloadFacts workload) {
        String pattern = workload.text("arrival_pattern");
        Double rate = workload.number("request_rate");
        Double concurrency = workload.number("concurrency");
        if (pattern == null || workload.has("steps")) {
            return null;
        }
        Map<String, Object> phase = new LinkedHashMap<>();
        phase.put("name", "profiling");
        switch (pattern) {
            case "closed" -> phase.put("type", "concurrency");
            case "constant", "poisson", "gamma" -> phase.put("type", pattern);
            default -> {
                return null;
            }
        }
        boolean closed = pattern.equals("closed");
        if (closed ? concurrency == null : rate == null) {
            return null;
        }
        if (!closed) {
            phase.put("rate", rate);
        }
        if (concurrency != null) {
            phase.put("concurrency", concurrency.longValue());
        }
        Double burstiness = workload.number("burstiness");
        if (pattern.equals("gamma") && burstiness != null) {
            phase.put("smoothness", burstiness);
        }
        Duration duration = workload.duration("duration");
        Double requests = workload.number("request_count");
        if (duration != null) {
            phase.put("duration", duration.toNanos() / 1e9);
        }
        if (requests != null) {
            phase.put("requests", requests.longValue());
        }
        return phase;
    }
}
