package aifactory.workload.key;

import java.math.BigDecimal;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema (2020-12) of a workload, made from {@link WorkloadKeys}. */
public final class WorkloadSchema {
    private static final String DURATION = "^\\s*([0-9]{1,12}(\\.[0-9]{1,9})?(ns|us|ms|s|m|h|d))+\\s*$";

    private final JsonNode duration;
    private final boolean isNullable;

    private WorkloadSchema(JsonNode duration, boolean isNullable) {
        this.duration = duration;
        this.isNullable = isNullable;
    }

    /** The schema of the workload of a file, in which an absent value is left out. */
    public static ObjectNode ofFile() {
        return new WorkloadSchema(object().put("$ref", "#/$defs/duration"), false).mapping("");
    }

    /** The schema of the body of a request, in which an absent value may also be null. */
    public static ObjectNode ofRequest() {
        return new WorkloadSchema(durationText(), true).mapping("");
    }

    /** The schema of a duration. */
    public static ObjectNode durationText() {
        return object().put("type", "string")
                .put("pattern", DURATION)
                .put("description", "a number with a unit, for instance 500ms, 60s or 1h30m");
    }

    /** The members whose names begin with a prefix such as {@code isl.}. */
    private ObjectNode mapping(String prefix) {
        ObjectNode schema = object().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (WorkloadKey<?> key : WorkloadKeys.membersOf(prefix)) {
            String member = key.name().substring(prefix.length());
            properties.set(member, property(key));
            if (key.isRequired()) {
                required.add(member);
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private ObjectNode property(WorkloadKey<?> key) {
        ObjectNode property = object();
        ObjectNode value = value(key);
        boolean isMapping = !WorkloadKeys.membersOf(key.name() + ".").isEmpty();
        if (isMapping && !key.shorthandMember().isEmpty()) {
            property.putArray("anyOf").add(value).add(mapping(key.name() + "."));
        } else {
            property.setAll(isMapping ? mapping(key.name() + ".") : value);
        }
        if (isNullable) {
            allowNull(property);
        }
        // After the value, since a duration brings a description as well.
        property.put("description", key.description());
        if (key.defaultJson() != null) {
            property.set("default", JsonMapper.shared().valueToTree(key.defaultJson()));
        }
        return property;
    }

    private ObjectNode value(WorkloadKey<?> key) {
        return switch (key.type()) {
            case TEXT, FILE -> text(key);
            case BOOLEAN -> object().put("type", "boolean");
            case INTEGER -> bounded(key, "integer");
            case NUMBER -> bounded(key, "number");
            case DURATION -> (ObjectNode) duration.deepCopy();
            case CHOICE -> choice(key.choices());
            case MAPPING -> object().put("type", "object");
            case LIST -> list(key);
        };
    }

    private static ObjectNode text(WorkloadKey<?> key) {
        ObjectNode text = object().put("type", "string");
        return key.pattern().isEmpty() ? text : text.put("pattern", key.pattern());
    }

    private static ObjectNode choice(List<String> names) {
        ObjectNode choice = object();
        names.forEach(choice.putArray("enum")::add);
        return choice;
    }

    private ObjectNode list(WorkloadKey<?> key) {
        ObjectNode list = object().put("type", "array");
        Bounds length = key.bounds();
        if (length != null && length.maximum() != null) {
            list.set("maxItems", number(length.maximum()));
        }
        list.set("items", mapping(key.name() + "[]."));
        return list;
    }

    private static ObjectNode bounded(WorkloadKey<?> key, String type) {
        ObjectNode schema = object().put("type", type);
        Bounds bounds = key.bounds();
        if (bounds != null) {
            schema.set(bounds.includesMinimum() ? "minimum" : "exclusiveMinimum", number(bounds.minimum()));
            if (bounds.maximum() != null) {
                schema.set("maximum", number(bounds.maximum()));
            }
        }
        return schema;
    }

    private static void allowNull(ObjectNode property) {
        if (property.get("enum") instanceof ArrayNode names) {
            names.addNull();
        }
        if (property.get("anyOf") instanceof ArrayNode alternatives) {
            alternatives.addObject().put("type", "null");
        }
        JsonNode type = property.path("type");
        if (type.isString()) {
            property.putArray("type").add(type).add("null");
        }
    }

    private static JsonNode number(BigDecimal value) {
        return value.scale() <= 0
                ? JsonNodeFactory.instance.numberNode(value.longValueExact())
                : JsonNodeFactory.instance.numberNode(value);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
