package aifactory.workload.prompt;

import aifactory.workload.Endpoint;
import aifactory.workload.SeededHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Synthetic definitions of tools, as agents send dozens of them with each request: a name, a description and a JSON
 * Schema of two to five parameters. The same seed gives the same definitions. Stateless.
 */
final class ToolDefinitions {
    private static final List<String> VERBS =
            List.of("get", "find", "list", "create", "update", "delete", "compare", "plan");
    private static final List<String> NOUNS =
            List.of("job", "file", "user", "route", "order", "sample", "report", "sensor");
    private static final List<String> TYPES = List.of("string", "integer", "number", "boolean");

    private ToolDefinitions() {}

    /** In the form of the endpoint. */
    static List<Object> of(Endpoint endpoint, int count, long seed) {
        List<Object> tools = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long bits = SeededHash.mix(seed + i);
            String name = pick(VERBS, bits) + "_" + pick(NOUNS, bits >>> 8) + "_" + i;
            String description = "Tool number " + i + ": " + name.replace('_', ' ')
                    + ", with the parameters that are described below, and returns the result as a JSON object.";
            tools.add(definition(endpoint, name, description, parameters(bits >>> 16)));
        }
        return tools;
    }

    private static Object definition(Endpoint endpoint, String name, String description, Object schema) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", name);
        function.put("description", description);
        function.put(endpoint == Endpoint.MESSAGES ? "input_schema" : "parameters", schema);
        if (endpoint == Endpoint.MESSAGES) {
            return function;
        }
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("type", "function");
        if (endpoint == Endpoint.RESPONSES) {
            tool.putAll(function);
        } else {
            tool.put("function", function);
        }
        return tool;
    }

    private static Object parameters(long bits) {
        Map<String, Object> properties = new LinkedHashMap<>();
        int count = 2 + (int) Math.floorMod(bits, 4L);
        for (int i = 0; i < count; i++) {
            long each = SeededHash.mix(bits + i);
            properties.put(
                    pick(NOUNS, each) + "_" + i,
                    Map.of(
                            "type",
                            pick(TYPES, each >>> 8),
                            "description",
                            "The " + pick(NOUNS, each) + " to which the tool applies."));
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", List.of(properties.keySet().iterator().next()));
        return schema;
    }

    private static String pick(List<String> words, long bits) {
        return words.get((int) Math.floorMod(bits, (long) words.size()));
    }
}
