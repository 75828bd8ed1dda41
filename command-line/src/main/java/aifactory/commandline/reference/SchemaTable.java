package aifactory.commandline.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The keys of a file, as its JSON Schema knows them. */
final class SchemaTable {
    private final JsonNode schema;

    /** @param schema of the whole file, in which references are looked up */
    SchemaTable(JsonNode schema) {
        this.schema = schema;
    }

    /** The properties of an object, and below each its own, with what they may be. */
    String of(JsonNode object, List<String> leftOut) {
        MarkdownTable table = new MarkdownTable("key", "value", "default", "meaning");
        for (Map.Entry<String, JsonNode> property : object.path("properties").properties()) {
            if (!leftOut.contains(property.getKey())) {
                row(table, property.getKey(), property.getValue());
            }
        }
        return table.toString();
    }

    private void row(MarkdownTable table, String key, JsonNode property) {
        JsonNode resolved = resolve(property);
        String defaultValue = property.has("default") ? text(property.path("default")) : "";
        table.row(
                MarkdownTable.code(key),
                values(resolved),
                MarkdownTable.code(defaultValue),
                property.path("description")
                        .asString(resolved.path("description").asString("")));
        alternatives(resolved).stream()
                .filter(alternative -> alternative.has("properties"))
                .flatMap(alternative -> alternative.path("properties").properties().stream())
                .forEach(nested -> row(table, key + "." + nested.getKey(), nested.getValue()));
        JsonNode items = resolve(resolved.path("items"));
        items.path("properties")
                .properties()
                .forEach(nested -> row(table, key + "[]." + nested.getKey(), nested.getValue()));
    }

    private JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : schema.at(reference.substring(1));
    }

    private List<JsonNode> alternatives(JsonNode node) {
        if (!node.has("anyOf")) {
            return List.of(node);
        }
        List<JsonNode> resolved = new ArrayList<>();
        node.path("anyOf").forEach(alternative -> resolved.add(resolve(alternative)));
        return resolved;
    }

    private String values(JsonNode node) {
        return String.join(
                " or ", alternatives(node).stream().map(this::value).distinct().toList());
    }

    private String value(JsonNode node) {
        if (node.has("enum")) {
            List<String> names = new ArrayList<>();
            node.path("enum").forEach(name -> names.add(MarkdownTable.code(name.asString())));
            return String.join(", ", names);
        }
        if (node.path("type").isArray()) {
            return "a plain value";
        }
        return switch (node.path("type").asString("")) {
            case "string" ->
                node.path("description").asString("").contains("with a unit") ? "time, such as `60s`" : "text";
            case "integer" -> "whole number" + bounds(node);
            case "number" -> "number" + bounds(node);
            case "boolean" -> "`true`, `false`";
            case "array" -> "list";
            case "object" -> "mapping";
            default -> throw new IllegalStateException("the schema says nothing of the type of " + node);
        };
    }

    private static String bounds(JsonNode node) {
        String most = node.has("maximum") ? " to " + text(node.path("maximum")) : "";
        if (node.has("exclusiveMinimum")) {
            return ", above " + text(node.path("exclusiveMinimum")) + most.replace(" to ", ", at most ");
        }
        if (node.has("minimum") && node.has("exclusiveMaximum")) {
            return ", " + text(node.path("minimum")) + " to less than " + text(node.path("exclusiveMaximum"));
        }
        if (node.has("minimum")) {
            return (most.isEmpty() ? ", at least " : ", ") + text(node.path("minimum")) + most;
        }
        return most;
    }

    private static String text(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue().stripTrailingZeros().toPlainString();
        }
        return value.isContainer() ? value.toString() : value.asString();
    }
}
