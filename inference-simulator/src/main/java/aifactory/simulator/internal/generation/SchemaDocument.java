package aifactory.simulator.internal.generation;

import aifactory.workload.Endpoint;
import aifactory.workload.document.DocumentSchema;
import aifactory.workload.document.RequestedFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a document of a JSON Schema, the same for all requests with that schema. It knows the keywords that schemas
 * for models have; a document that the schema does not accept is not sent, but its request refused.
 */
final class SchemaDocument {
    private static final int MOST_KEPT = 100;
    private static final int MOST_VALUES = 10_000;
    private static final int OPTIONAL_DEPTH = 4;
    private static final int MOST_DEPTH = 60;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** The documents made so far; a run has one schema, as a rule. */
    private static final Map<JsonNode, String> KEPT = new ConcurrentHashMap<>();

    private final JsonNode root;
    private int values;

    private SchemaDocument(JsonNode root) {
        this.root = root;
    }

    /**
     * The document that a request asks for, in ASCII; null where it asks for none.
     *
     * @param body of the request, or its members that may ask for one
     * @throws InvalidRequestException names the member whose schema is not valid, or is not simulated
     */
    static @Nullable String requestedBy(Endpoint endpoint, JsonNode body) throws InvalidRequestException {
        RequestedFormat format = RequestedFormat.of(endpoint, body);
        if (format == null) {
            return null;
        }
        String known = KEPT.get(format.schema());
        if (known != null) {
            return known;
        }
        String member = format.member().split("\\.", 2)[0];
        String made = make(format, member);
        if (KEPT.size() < MOST_KEPT) {
            KEPT.put(format.schema(), made);
        }
        return made;
    }

    private static String make(RequestedFormat format, String member) throws InvalidRequestException {
        try {
            DocumentSchema schema = DocumentSchema.of(format.schema());
            String text = JsonMapper.shared()
                    .writeValueAsString(new SchemaDocument(format.schema()).value(format.schema(), 0));
            if (Boolean.TRUE.equals(schema.accepts(text)) && text.chars().allMatch(c -> c < 0x80)) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(format.member() + " " + e.getMessage(), member);
        }
        throw new InvalidRequestException(
                format.member() + ": documents of this schema are not simulated by this server.", member);
    }

    private JsonNode value(JsonNode schema, int depth) {
        if (++values > MOST_VALUES || depth > MOST_DEPTH) {
            throw new IllegalArgumentException("asks for too large a document for this server");
        }
        if (schema.has("const")) {
            return schema.path("const");
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum").get(0);
        }
        if (schema.path("$ref").isString()) {
            return value(resolved(schema.path("$ref").stringValue()), depth + 1);
        }
        for (String choice : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (schema.path(choice).isArray() && !schema.path(choice).isEmpty()) {
                return value(simplest(schema.path(choice), depth), depth + 1);
            }
        }
        return switch (typeOf(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> NODES.numberNode((long) Math.ceil(number(schema, 1)));
            case "number" -> NODES.numberNode(number(schema, 0.5));
            case "boolean" -> NODES.booleanNode(true);
            case "null" -> NODES.nullNode();
            default -> NODES.stringNode(text(schema));
        };
    }

    /** The first, or null where that is one of them and the document is deep already. */
    private static JsonNode simplest(JsonNode choices, int depth) {
        for (JsonNode choice : choices) {
            if (depth > OPTIONAL_DEPTH && choice.path("type").asString("").equals("null")) {
                return choice;
            }
        }
        return choices.get(0);
    }

    private JsonNode resolved(String reference) {
        return reference.startsWith("#") ? root.at(reference.substring(1).replace("%24", "$")) : NODES.missingNode();
    }

    private static String typeOf(JsonNode schema) {
        JsonNode type = schema.path("type");
        String named = type.isArray() && !type.isEmpty() ? type.get(0).asString("") : type.asString("");
        if (!named.isEmpty()) {
            return named;
        }
        return schema.has("properties") || schema.has("required") ? "object" : schema.has("items") ? "array" : "string";
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        for (JsonNode name : schema.path("required")) {
            String member = name.asString("");
            object.set(member, value(schema.path("properties").path(member), depth + 1));
        }
        if (depth < OPTIONAL_DEPTH) {
            for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
                if (!object.has(member.getKey())) {
                    object.set(member.getKey(), value(member.getValue(), depth + 1));
                }
            }
        }
        return object;
    }

    private JsonNode array(JsonNode schema, int depth) {
        ArrayNode array = NODES.arrayNode();
        int least = schema.path("minItems").asInt(depth < OPTIONAL_DEPTH ? 1 : 0);
        int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
        for (int i = 0; i < Math.min(least, most); i++) {
            array.add(value(schema.path("items"), depth + 1));
        }
        return array;
    }

    private static double number(JsonNode schema, double usual) {
        double least =
                schema.path("minimum").asDouble(schema.path("exclusiveMinimum").asDouble(-Double.MAX_VALUE));
        double most =
                schema.path("maximum").asDouble(schema.path("exclusiveMaximum").asDouble(Double.MAX_VALUE));
        if (schema.has("exclusiveMinimum") && usual <= least) {
            return Math.min(least + 1, (least + Math.min(most, least + 2)) / 2);
        }
        if (schema.has("exclusiveMaximum") && usual >= most) {
            return most - 1;
        }
        return Math.clamp(usual, Math.min(least, most), most);
    }

    private static String text(JsonNode schema) {
        String words = switch (schema.path("format").asString("")) {
            case "date" -> "2026-01-31";
            case "date-time" -> "2026-01-31T12:00:00Z";
            case "time" -> "12:00:00Z";
            case "email" -> "a@example.org";
            case "uri" -> "https://example.org/";
            case "uuid" -> "00000000-0000-4000-8000-000000000000";
            default -> "alpha bravo";
        };
        int least = Math.min(MOST_VALUES, schema.path("minLength").asInt(0));
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        String longEnough = words + "x".repeat(Math.max(0, least - words.length()));
        return longEnough.substring(0, Math.min(longEnough.length(), Math.max(0, most)));
    }
}
