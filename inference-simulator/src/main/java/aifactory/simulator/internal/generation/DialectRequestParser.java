package aifactory.simulator.internal.generation;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the bodies of requests of the APIs other than OpenAI's older ones, as trees. Stateless. */
public final class DialectRequestParser {
    private static final int MOST_DOCUMENTS = 10_000;

    private DialectRequestParser() {}

    /**
     * Reads a body.
     *
     * @param model that the path names; empty where it names none
     * @param streamed whether the path asks for a stream; null where the body says so
     * @throws InvalidRequestException when it is not JSON, lacks what the endpoint needs or asks for what is not
     *     simulated
     */
    public static GenerationRequest parse(EndpointKind endpoint, byte[] body, String model, @Nullable Boolean streamed)
            throws InvalidRequestException {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw new InvalidRequestException("The body is not valid JSON.", null);
        }
        if (!root.isObject()) {
            throw new InvalidRequestException("The body is not a JSON object.", null);
        }
        String document = SchemaDocument.requestedBy(endpoint.ofWorkload(), root);
        refuse(root, document != null);
        boolean usual = endpoint == EndpointKind.OLLAMA;
        boolean streams = streamed != null ? streamed : root.path("stream").asBoolean(usual);
        String named = model.isEmpty() ? root.path("model").asString("") : model;
        Texts texts = texts(endpoint, root);
        return new GenerationRequest(
                endpoint,
                named.isEmpty() ? null : named,
                streams && !endpoint.isScoring() && endpoint != EndpointKind.KSERVE,
                true,
                Math.max(1, texts.words),
                maxTokens(endpoint, root),
                0,
                root.path("ignore_eos").asBoolean(false)
                        || root.at("/parameters/ignore_eos").asBoolean(false),
                texts.count,
                null,
                false,
                document);
    }

    private record Texts(int words, int count) {}

    /**
     * What is not simulated is refused by name, and never ignored.
     *
     * @param isDocument whether a format of the output is simulated
     */
    private static void refuse(JsonNode root, boolean isDocument) throws InvalidRequestException {
        refuse("tool_choice", root.path("tool_choice"));
        if (!isDocument) {
            for (String member : new String[] {"response_format", "text", "format", "grammar", "output_format"}) {
                refuse(member, root.path(member));
            }
            refuse("output_config", root.path("output_config").path("format"));
            refuse("parameters", root.path("parameters").path("grammar"));
        }
    }

    private static void refuse(String member, JsonNode value) throws InvalidRequestException {
        boolean isUsual = value.isMissingNode()
                || value.isNull()
                || value.asString("").matches("auto|none")
                || value.path("type").asString("").matches("auto|none|text")
                || value.path("format").path("type").asString("").equals("text");
        if (!isUsual) {
            throw new InvalidRequestException(member + " is not simulated by this server at this endpoint.", member);
        }
    }

    private static Texts texts(EndpointKind endpoint, JsonNode root) throws InvalidRequestException {
        return switch (endpoint) {
            case RESPONSES -> required(root, "input");
            case MESSAGES, OLLAMA -> required(root, "messages");
            case TGI -> required(root, "inputs");
            case TRITON -> required(root, "text_input");
            case KSERVE -> tensors(root);
            case RERANK -> compared(root, "query", "documents");
            case SCORE -> compared(root, "text_1", "text_2");
            case CHAT, COMPLETION, EMBEDDING -> throw new IllegalArgumentException("read by GenerationRequestParser");
        };
    }

    private static Texts required(JsonNode root, String name) throws InvalidRequestException {
        JsonNode value = root.path(name);
        boolean isThere = value.isString() || (value.isArray() && !value.isEmpty());
        if (!isThere) {
            throw new InvalidRequestException("The request has no " + name + ".", name);
        }
        return new Texts(words(value), 1);
    }

    private static Texts tensors(JsonNode root) throws InvalidRequestException {
        int words = 0;
        for (JsonNode input : root.path("inputs")) {
            words += words(input.path("data"));
        }
        if (words == 0) {
            throw new InvalidRequestException("The request has no inputs with a text in their data.", "inputs");
        }
        return new Texts(words, 1);
    }

    private static Texts compared(JsonNode root, String query, String documents) throws InvalidRequestException {
        Texts asked = required(root, query);
        Texts all = required(root, documents);
        JsonNode list = root.path(documents);
        int count = list.isArray() ? list.size() : 1;
        if (count > MOST_DOCUMENTS) {
            throw new InvalidRequestException(
                    documents + " has " + count + " texts; at most " + MOST_DOCUMENTS + " are allowed.", documents);
        }
        return new Texts(asked.words + all.words, count);
    }

    /** Words of a text, of the texts of a list, of the contents of messages and of their parts. */
    private static int words(JsonNode node) {
        if (node.isString()) {
            String text = node.stringValue().strip();
            return text.isEmpty() ? 0 : text.split("\\s+", -1).length;
        }
        if (node.isObject()) {
            return words(node.path("content")) + words(node.path("text"));
        }
        int words = 0;
        for (JsonNode each : node) {
            words += words(each);
        }
        return words;
    }

    private static @Nullable Integer maxTokens(EndpointKind endpoint, JsonNode root) throws InvalidRequestException {
        String pointer = switch (endpoint) {
            case RESPONSES -> "/max_output_tokens";
            case MESSAGES -> "/max_tokens";
            case OLLAMA -> "/options/num_predict";
            case TGI -> "/parameters/max_new_tokens";
            case TRITON -> root.path("max_tokens").isMissingNode() ? "/parameters/max_tokens" : "/max_tokens";
            case KSERVE -> "/parameters/max_tokens";
            case RERANK, SCORE, CHAT, COMPLETION, EMBEDDING -> "/none";
        };
        JsonNode value = root.at(pointer);
        if (value.isMissingNode() || value.isNull()) {
            if (endpoint == EndpointKind.MESSAGES) {
                throw new InvalidRequestException("max_tokens: Field required", "max_tokens");
            }
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw new InvalidRequestException(
                    pointer.substring(1) + " must be a whole number from 1.", pointer.substring(1));
        }
        return value.intValue();
    }
}
