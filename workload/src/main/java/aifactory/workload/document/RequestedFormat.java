package aifactory.workload.document;

import aifactory.workload.Endpoint;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Where the requests of a workload ask for JSON documents: each API has a member for it, which users give as one of
 * the additional members of the body.
 *
 * @param member its name, with dots, for messages
 * @param schema the JSON Schema; one that accepts any object where the request asks for JSON without a schema
 */
public record RequestedFormat(String member, JsonNode schema) {
    /**
     * The schema of a workload's documents; empty where its requests do not ask for any, in which case nothing of the
     * library that checks them is loaded.
     *
     * @throws IllegalArgumentException the schema is not one that can be checked; the message has the member of the
     *     body, the cause and what is expected
     */
    public static Optional<DocumentSchema> schemaOf(WorkloadSpecification specification) {
        RequestedFormat format =
                of(specification.endpoint(), JsonMapper.shared().valueToTree(specification.extraBody()));
        if (format == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(DocumentSchema.of(format.schema()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(format.member() + " " + e.getMessage(), e);
        }
    }

    /**
     * The format that a body asks for; null where that is plain text, or a format that is no JSON.
     *
     * @param body of a request, or some of its members
     */
    public static @Nullable RequestedFormat of(Endpoint endpoint, JsonNode body) {
        return switch (endpoint) {
            case CHAT, COMPLETIONS ->
                first(
                        typed("response_format", body.path("response_format")),
                        schema("guided_json", body.path("guided_json")),
                        schema(
                                "structured_outputs.json",
                                body.path("structured_outputs").path("json")));
            case RESPONSES -> typed("text.format", body.path("text").path("format"));
            case MESSAGES ->
                first(
                        typed("output_config.format", body.path("output_config").path("format")),
                        typed("output_format", body.path("output_format")));
            case OLLAMA ->
                body.path("format").asString("").equals("json")
                        ? anyObject("format")
                        : schema("format", body.path("format"));
            case TGI -> typed("parameters.grammar", body.path("parameters").path("grammar"));
            case EMBEDDINGS, TEMPLATE, RERANK, SCORE, TRITON, KSERVE -> null;
        };
    }

    private static @Nullable RequestedFormat first(@Nullable RequestedFormat... formats) {
        for (RequestedFormat format : formats) {
            if (format != null) {
                return format;
            }
        }
        return null;
    }

    /** An object with a type, and with the schema under one of the names that APIs have for it. */
    private static @Nullable RequestedFormat typed(String member, JsonNode format) {
        String type = format.path("type").asString("");
        if (type.equals("json_object")) {
            return anyObject(member);
        }
        if (!type.equals("json_schema") && !type.equals("json")) {
            return null;
        }
        for (Map.Entry<String, JsonNode> each : List.of(
                Map.entry("json_schema.schema", format.path("json_schema").path("schema")),
                Map.entry("schema", format.path("schema")),
                Map.entry("value", format.path("value")))) {
            if (!each.getValue().isMissingNode()) {
                return schema(member + "." + each.getKey(), each.getValue());
            }
        }
        return type.equals("json")
                ? anyObject(member)
                : new RequestedFormat(member, JsonNodeFactory.instance.nullNode());
    }

    private static RequestedFormat anyObject(String member) {
        return new RequestedFormat(member, JsonNodeFactory.instance.objectNode().put("type", "object"));
    }

    /** Some servers take the schema as a text. */
    private static @Nullable RequestedFormat schema(String member, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            return new RequestedFormat(member, value);
        }
        try {
            return new RequestedFormat(member, JsonMapper.shared().readTree(value.stringValue()));
        } catch (JacksonException e) {
            return new RequestedFormat(member, value);
        }
    }
}
