package aifactory.simulator.internal.generation;

import aifactory.simulator.internal.cache.PromptBlocks;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the bodies of requests as a stream of tokens: prompts are counted where they stand and never copied. One per
 * request.
 *
 * <p>The format is the OpenAI API's and not this system's own, hence not {@code JsonFormat}: members that are unknown
 * are ignored, as every server does.
 */
public final class GenerationRequestParser {
    private static final JsonFactory FACTORY = new JsonFactory();
    /** Within a body, whose other members follow. */
    private static final ObjectReader TREES =
            JsonMapper.shared().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int MAX_EMBEDDING_INPUTS = 2048;
    private static final int MAX_DIMENSIONS = 8192;

    private final EndpointKind endpoint;
    private final PromptBlocks blocks;
    private @Nullable String model;
    private boolean streamed;
    private boolean includeUsage;
    private boolean promptSeen;
    private int promptTokens;
    private int texts;
    private @Nullable Integer maxTokens;
    private @Nullable Integer maxCompletionTokens;
    private int minTokens;
    private boolean ignoreEndOfSequence;
    private @Nullable Integer dimensions;
    private boolean base64;
    private @Nullable String document;

    private GenerationRequestParser(EndpointKind endpoint, PromptBlocks blocks) {
        this.endpoint = endpoint;
        this.blocks = blocks;
    }

    /**
     * Reads a body.
     *
     * @throws InvalidRequestException when it is not JSON, lacks what the endpoint needs or asks for what is not
     * simulated
     */
    public static GenerationRequest parse(EndpointKind endpoint, byte[] body) throws InvalidRequestException {
        return parse(endpoint, body, new PromptBlocks());
    }

    /**
     * Reads a body.
     *
     * @param blocks receives the tokens of the prompt
     * @throws InvalidRequestException when it is not JSON, lacks what the endpoint needs or asks for what is not
     * simulated
     */
    public static GenerationRequest parse(EndpointKind endpoint, byte[] body, PromptBlocks blocks)
            throws InvalidRequestException {
        if (body.length == 0) {
            throw new InvalidRequestException("The body is empty; send a JSON object.", null);
        }
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            return new GenerationRequestParser(endpoint, blocks).read(json);
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    "The body is not valid JSON: it breaks at line "
                            + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ".",
                    null);
        }
    }

    private GenerationRequest read(JsonParser json) throws InvalidRequestException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new InvalidRequestException("The body is not a JSON object.", null);
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            readMember(json, name);
        }
        if (json.nextToken() != null) {
            throw new InvalidRequestException("The body continues after the JSON object.", null);
        }
        return result();
    }

    private GenerationRequest result() throws InvalidRequestException {
        if (!promptSeen || texts == 0) {
            String needed = switch (endpoint) {
                case CHAT -> "messages";
                case COMPLETION -> "prompt";
                case EMBEDDING -> "input";
                case RESPONSES, MESSAGES, RERANK, SCORE, OLLAMA, TGI, TRITON, KSERVE ->
                    throw new IllegalStateException("read by DialectRequestParser");
            };
            throw new InvalidRequestException("The request has no " + needed + ".", needed);
        }
        if (endpoint == EndpointKind.COMPLETION && texts > 1) {
            throw new InvalidRequestException(
                    "The request has " + texts + " prompts; this server accepts one per request.", "prompt");
        }
        if (endpoint == EndpointKind.EMBEDDING && texts > MAX_EMBEDDING_INPUTS) {
            throw new InvalidRequestException(
                    "The request has " + texts + " inputs; at most " + MAX_EMBEDDING_INPUTS + " are allowed.", "input");
        }
        Integer most = maxCompletionTokens != null ? maxCompletionTokens : maxTokens;
        if (most != null && minTokens > most) {
            throw new InvalidRequestException(
                    "min_tokens " + minTokens + " is more than max_tokens " + most + ".", "min_tokens");
        }
        return new GenerationRequest(
                endpoint,
                model,
                streamed && endpoint != EndpointKind.EMBEDDING,
                includeUsage,
                Math.max(1, promptTokens),
                most,
                minTokens,
                ignoreEndOfSequence,
                endpoint == EndpointKind.EMBEDDING ? texts : 1,
                dimensions,
                base64,
                document);
    }

    private void readMember(JsonParser json, String name) throws InvalidRequestException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        switch (name) {
            case "model" -> model = string(json, name);
            case "stream" -> streamed = bool(json, name);
            case "stream_options" -> readStreamOptions(json);
            case "max_tokens" -> maxTokens = within(1, Integer.MAX_VALUE, json, name);
            case "max_completion_tokens" -> maxCompletionTokens = within(1, Integer.MAX_VALUE, json, name);
            case "min_tokens" -> minTokens = within(0, Integer.MAX_VALUE, json, name);
            case "ignore_eos" -> ignoreEndOfSequence = bool(json, name);
            case "dimensions" -> dimensions = within(1, MAX_DIMENSIONS, json, name);
            case "encoding_format" -> base64 = string(json, name).equals("base64");
            case "logprobs", "top_logprobs", "prompt_logprobs", "echo", "suffix", "audio" ->
                NotSimulated.refuse(json, name);
            case "best_of" -> requireOne(within(1, Integer.MAX_VALUE, json, name), name);
            case "response_format", "guided_json", "structured_outputs" -> readFormat(json, name);
            case "tool_choice", "function_call" -> NotSimulated.refuseChoice(json, name);
            case "guided_regex", "guided_choice", "guided_grammar" -> NotSimulated.refuse(json, name);
            case "n" -> requireOneChoice(within(1, Integer.MAX_VALUE, json, name));
            case "messages" -> readPromptOf(EndpointKind.CHAT, json, name);
            case "prompt" -> readPromptOf(EndpointKind.COMPLETION, json, name);
            case "input" -> readPromptOf(EndpointKind.EMBEDDING, json, name);
            default -> json.skipChildren();
        }
    }

    /** A format of the output: plain text, or a JSON document. */
    private void readFormat(JsonParser json, String name) throws InvalidRequestException {
        JsonNode format = TREES.readTree(json);
        ObjectNode alone = JsonMapper.shared().createObjectNode().set(name, format);
        String asked = SchemaDocument.requestedBy(endpoint.ofWorkload(), alone);
        if (asked != null) {
            document = asked;
        } else if (!format.path("type").asString("").equals("text")) {
            throw NotSimulated.refusal(
                    name, format.isObject() ? format.path("type").asString("an object") : format.toString());
        }
    }

    private void readPromptOf(EndpointKind owner, JsonParser json, String name) throws InvalidRequestException {
        if (owner != endpoint) {
            json.skipChildren();
            return;
        }
        promptSeen = true;
        if (owner == EndpointKind.CHAT) {
            readMessages(json);
        } else {
            readTexts(json, name);
        }
    }

    private static void requireOne(int value, String name) throws InvalidRequestException {
        if (value != 1) {
            throw new InvalidRequestException(name + " is " + value + "; this server takes 1.", name);
        }
    }

    private static void requireOneChoice(int choices) throws InvalidRequestException {
        if (choices != 1) {
            throw new InvalidRequestException(
                    "n is " + choices + "; this server generates one choice per request.", "n");
        }
    }

    private void readStreamOptions(JsonParser json) throws InvalidRequestException {
        require(json, JsonToken.START_OBJECT, "stream_options", "an object");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals("include_usage") && json.currentToken() != JsonToken.VALUE_NULL) {
                includeUsage = bool(json, "stream_options.include_usage");
            } else {
                json.skipChildren();
            }
        }
    }

    private void readMessages(JsonParser json) throws InvalidRequestException {
        require(json, JsonToken.START_ARRAY, "messages", "an array");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(json, JsonToken.START_OBJECT, "messages", "an array of objects");
            texts++;
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("content")) {
                    readContent(json);
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void readContent(JsonParser json) throws InvalidRequestException {
        switch (json.currentToken()) {
            case VALUE_NULL -> {} // an assistant's message that is a tool call
            case VALUE_STRING -> promptTokens += words(json);
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    readPart(json);
                }
            }
            default ->
                throw new InvalidRequestException(
                        "messages[].content must be a text or an array of parts.", "messages");
        }
    }

    private void readPart(JsonParser json) throws InvalidRequestException {
        require(json, JsonToken.START_OBJECT, "messages", "an array of objects with parts that are objects");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING && name.equals("text")) {
                promptTokens += words(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** One text, one list of token ids, or an array of either. */
    private void readTexts(JsonParser json, String name) throws InvalidRequestException {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
            texts++;
            promptTokens += words(json);
            return;
        }
        require(json, JsonToken.START_ARRAY, name, "a text, an array of texts or an array of token ids");
        boolean isTokens = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                promptTokens++;
                blocks.tokenId(json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : json.getLongValue());
                isTokens = true;
            } else {
                readTexts(json, name);
            }
        }
        if (isTokens) {
            texts++;
        }
    }

    private int words(JsonParser json) {
        char[] characters = json.getStringCharacters();
        int end = json.getStringOffset() + json.getStringLength();
        int count = 0;
        boolean inWord = false;
        for (int i = json.getStringOffset(); i < end; i++) {
            boolean isSpace = Character.isWhitespace(characters[i]);
            if (!isSpace) {
                count += inWord ? 0 : 1;
                blocks.character(characters[i]);
            } else if (inWord) {
                blocks.endToken();
            }
            inWord = !isSpace;
        }
        if (inWord) {
            blocks.endToken();
        }
        return count;
    }

    private static boolean bool(JsonParser json, String name) throws InvalidRequestException {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new InvalidRequestException(name + " must be true or false.", name);
        };
    }

    private static String string(JsonParser json, String name) throws InvalidRequestException {
        require(json, JsonToken.VALUE_STRING, name, "a text");
        return json.getString();
    }

    private static int within(int least, int most, JsonParser json, String name) throws InvalidRequestException {
        require(json, JsonToken.VALUE_NUMBER_INT, name, "a whole number");
        long value = json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : json.getLongValue();
        if (value < least || value > most) {
            throw new InvalidRequestException(
                    name + " is " + json.getString() + "; it must be from " + least + " to " + most + ".", name);
        }
        return (int) value;
    }

    private static void require(JsonParser json, JsonToken token, String name, String form)
            throws InvalidRequestException {
        if (json.currentToken() != token) {
            throw new InvalidRequestException(name + " must be " + form + ".", name);
        }
    }
}
