package aifactory.commandline.history;

import aifactory.measurement.Metric;
import aifactory.protocol.RunSummary;
import aifactory.reporting.MetricStatistic;
import aifactory.reporting.Verdict;
import aifactory.reporting.WorkloadFacts;
import aifactory.reporting.comparison.RunValues;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run in the history.
 *
 * @param directory of its files, absolute
 * @param startedAt ISO 8601, UTC
 * @param verdict in capitals, {@code VALID}
 * @param load as text
 * @param benchmark the same for runs of the same workload, model and endpoint
 * @param serverVersion as the AI server reported it; null where it did not
 * @param command that repeats the run; null where it is not known
 * @param values by name, {@code ttft_ms.p99} or {@code request_throughput}
 */
public record HistoryEntry(
        String runId,
        RunLabel label,
        String directory,
        String startedAt,
        String verdict,
        String model,
        String load,
        String benchmark,
        @Nullable String serverVersion,
        String clientVersion,
        @Nullable String command,
        Map<String, Double> values) {
    private static final String[] STATISTICS = {"mean", "p50", "p90", "p95", "p99", "max"};

    public HistoryEntry {
        values = Map.copyOf(values);
    }

    /** The entry of a run. */
    public static HistoryEntry of(RunSummary summary, String directory, RunLabel label) {
        RunSummary.Provenance provenance = summary.provenance();
        WorkloadFacts workload = new WorkloadFacts(summary);
        Map<String, Double> values = new TreeMap<>(RunValues.of(summary));
        for (Metric metric : Metric.values()) {
            for (String statistic : STATISTICS) {
                MetricStatistic.of(summary, metric.jsonName(), statistic)
                        .ifPresent(value -> values.put(metric.jsonName() + "." + statistic, value));
            }
        }
        return new HistoryEntry(
                summary.runId(),
                label,
                directory,
                provenance.startedAt(),
                Verdict.of(summary).word(),
                workload.model(),
                workload.inWords(),
                BenchmarkKey.of(provenance, workload),
                provenance.server().get("version") instanceof String version ? version : null,
                provenance.version() + " (" + provenance.commit() + ")",
                provenance.command(),
                values);
    }

    /** The same run under another label. */
    public HistoryEntry withLabel(RunLabel changed) {
        return new HistoryEntry(
                runId,
                changed,
                directory,
                startedAt,
                verdict,
                model,
                load,
                benchmark,
                serverVersion,
                clientVersion,
                command,
                values);
    }

    /** What it is called: its name, else its id. */
    public String title() {
        return label.name() == null ? runId : label.name();
    }

    /** A value by its name; NaN where the run has none. */
    public double value(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** Whether its values are those of the server. */
    public boolean isValid() {
        return verdict.equals("VALID");
    }

    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("run_id", runId);
        node.put("name", label.name());
        ObjectNode tags = node.putObject("tags");
        new TreeMap<>(label.tags()).forEach(tags::put);
        node.put("note", label.note());
        node.put("directory", directory);
        node.put("started_at", startedAt);
        node.put("verdict", verdict);
        node.put("model", model);
        node.put("load", load);
        node.put("benchmark", benchmark);
        node.put("server_version", serverVersion);
        node.put("client_version", clientVersion);
        node.put("command", command);
        ObjectNode numbers = node.putObject("values");
        new TreeMap<>(values).forEach(numbers::put);
        return node;
    }

    /**
     * Reads an entry of this or another version: what is missing is empty, what is not known is ignored. Empty without
     * a run's id.
     */
    static Optional<HistoryEntry> fromJson(JsonNode node) {
        String runId = node.path("run_id").asString("");
        if (runId.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> tags = new TreeMap<>();
        node.path("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asString("")));
        Map<String, Double> values = new TreeMap<>();
        node.path("values").properties().forEach(value -> {
            if (value.getValue().isNumber()) {
                values.put(value.getKey(), value.getValue().asDouble());
            }
        });
        return Optional.of(new HistoryEntry(
                runId,
                new RunLabel(text(node, "name"), tags, text(node, "note")),
                node.path("directory").asString(""),
                node.path("started_at").asString(""),
                node.path("verdict").asString("?"),
                node.path("model").asString("unknown"),
                node.path("load").asString(""),
                node.path("benchmark").asString(""),
                text(node, "server_version"),
                node.path("client_version").asString(""),
                text(node, "command"),
                values));
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.path(name).isString() ? node.path(name).asString() : null;
    }
}
