package aifactory.servermetrics;

import aifactory.servermetrics.EngineMetrics.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads {@code engines.json} and files of the same form:
 *
 * <pre>{@code
 * {"engines": [{"name": "NAME", "figures": {
 *   "requests_running": ["metric", "earlier_name_of_it"],
 *   "kv_cache_usage": {"metric": "cache", "labels": {"type": "used"}, "scale": 0.01},
 *   "queue_time": {"sum": "queue_microseconds", "count": "requests", "scale": 1e-6}}}]}
 * }</pre>
 */
final class EngineTableFile {
    private static final int MAXIMUM_CHARACTERS = 1 << 20;
    private static final int MAXIMUM_ENGINES = 100;
    private static final int MAXIMUM_SOURCES = 20;
    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]{0,199}");

    private EngineTableFile() {}

    /**
     * @throws IllegalArgumentException if the text is not such a file
     */
    static List<EngineMetrics> read(String json) {
        check(json.length() <= MAXIMUM_CHARACTERS, "the file has more than %s characters", MAXIMUM_CHARACTERS);
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a JSON document: " + e.getOriginalMessage(), e);
        }
        members(root, "the file", Set.of("engines"));
        JsonNode list = root.path("engines");
        check(list.isArray(), "engines: not a list");
        check(list.size() <= MAXIMUM_ENGINES, "engines: more than %s", MAXIMUM_ENGINES);
        List<EngineMetrics> engines = new ArrayList<>();
        for (JsonNode engine : list.values()) {
            engines.add(engine(engine));
        }
        return engines;
    }

    private static EngineMetrics engine(JsonNode node) {
        members(node, "engines", Set.of("name", "figures"));
        String name = node.path("name").asString("");
        check(!name.isBlank() && name.length() <= 100, "engines: an engine without a name of 1 to 100 characters");
        Map<ServerFigure, List<Source>> sources = new EnumMap<>(ServerFigure.class);
        JsonNode figures = node.path("figures");
        check(figures.isObject() && !figures.isEmpty(), "%s: figures is not an object with members", name);
        for (Map.Entry<String, JsonNode> member : figures.properties()) {
            ServerFigure figure = ServerFigure.named(member.getKey())
                    .orElseThrow(() -> new IllegalArgumentException(name + ": unknown figure '" + member.getKey()
                            + "' (expected one of " + knownFigures() + ")"));
            sources.put(figure, sources(name + ", " + figure.jsonName(), figure, member.getValue()));
        }
        return new EngineMetrics(name, sources);
    }

    private static String knownFigures() {
        return Arrays.stream(ServerFigure.values()).map(ServerFigure::jsonName).collect(Collectors.joining(", "));
    }

    private static List<Source> sources(String place, ServerFigure figure, JsonNode node) {
        if (!node.isArray()) {
            return List.of(source(place, figure, node));
        }
        check(!node.isEmpty() && node.size() <= MAXIMUM_SOURCES, "%s: not 1 to %s metrics", place, MAXIMUM_SOURCES);
        return node.values().stream()
                .map(element -> source(place, figure, element))
                .toList();
    }

    private static Source source(String place, ServerFigure figure, JsonNode node) {
        if (node.isString()) {
            return new Source(metric(place, node), Map.of(), 1, null, null);
        }
        check(node.isObject(), "%s: neither the name of a metric nor an object", place);
        members(node, place, Set.of("metric", "labels", "scale", "sum", "count"));
        JsonNode scale = node.path("scale");
        check(scale.isMissingNode() || (scale.isNumber() && scale.asDouble() > 0), "%s: scale is not positive", place);
        boolean asCounters = node.has("sum");
        check(
                !asCounters || figure.kind() == ServerFigure.Kind.HISTOGRAM,
                "%s: sum and count are for durations; use metric",
                place);
        check(asCounters != node.has("metric"), "%s: exactly one of metric and sum is required", place);
        check(asCounters || !node.has("count"), "%s: count without sum", place);
        return new Source(
                asCounters ? "" : metric(place, node.path("metric")),
                labels(place, node.path("labels")),
                scale.isMissingNode() ? 1 : scale.asDouble(),
                asCounters ? metric(place, node.path("sum")) : null,
                node.has("count") ? metric(place, node.path("count")) : null);
    }

    private static Map<String, String> labels(String place, JsonNode node) {
        Map<String, String> labels = new LinkedHashMap<>();
        check(node.isMissingNode() || node.isObject(), "%s: labels is not an object", place);
        for (Map.Entry<String, JsonNode> label : node.properties()) {
            check(label.getValue().isString(), "%s: label %s is not a string", place, label.getKey());
            labels.put(label.getKey(), label.getValue().asString());
        }
        return Map.copyOf(labels);
    }

    private static String metric(String place, JsonNode node) {
        String name = node.asString("");
        check(METRIC.matcher(name).matches(), "%s: '%s' is not the name of a metric", place, name);
        return name;
    }

    private static void members(JsonNode node, String place, Set<String> known) {
        check(node.isObject(), "%s: not an object", place);
        for (String member : node.propertyNames()) {
            check(
                    known.contains(member),
                    "%s: unknown member '%s' (expected %s)",
                    place,
                    member,
                    String.join(", ", known));
        }
    }

    private static void check(boolean holds, String message, @Nullable Object... values) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(message, values));
        }
    }
}
