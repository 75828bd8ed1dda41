package aifactory.workload.prompt;

import aifactory.workload.Endpoint;
import aifactory.workload.WorkloadSpecification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Encodes the JSON body of a request. What is alike in every request is encoded once; only the prompt and the number of output
 * tokens differ.
 *
 * <p>Not thread-safe: each encoding thread has its own.
 */
public final class RequestBodyEncoder {
    private static final String PROMPT_MARK = "@prompt@";
    private static final long TOKENS_MARK = 8_888_888_888_888_881L;

    private final Segments segments;
    private final PromptSource prompts;
    private final ByteBuilder body = new ByteBuilder();

    /**
     * @param model the model's name at the server
     */
    public RequestBodyEncoder(WorkloadSpecification specification, String model, PromptSource prompts) {
        this.segments = Segments.of(skeleton(specification, model));
        this.prompts = prompts;
    }

    /** An encoded body, with the lengths that went into it. */
    public record EncodedBody(byte[] bytes, int inputTokens, int outputTokens) {}

    /** The body of the request of that index over the whole group. */
    public EncodedBody encode(long index) {
        int outputTokens = prompts.outputTokens(index);
        int inputTokens = 0;
        body.clear();
        for (Segment segment : segments.parts()) {
            switch (segment) {
                case Literal literal -> body.append(literal.bytes());
                case Prompt ignored -> inputTokens = prompts.append(index, body);
                case OutputTokens ignored -> body.appendDecimal(outputTokens);
            }
        }
        return new EncodedBody(body.toByteArray(), inputTokens, outputTokens);
    }

    private static String skeleton(WorkloadSpecification specification, String model) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("model", model);
        boolean generates = specification.endpoint() != Endpoint.EMBEDDINGS;
        switch (specification.endpoint()) {
            case CHAT -> members.put("messages", List.of(Map.of("role", "user", "content", PROMPT_MARK)));
            case COMPLETIONS -> members.put("prompt", PROMPT_MARK);
            case EMBEDDINGS -> members.put("input", PROMPT_MARK);
            case TEMPLATE -> {
                return templateSkeleton(specification, model);
            }
        }
        if (generates) {
            members.put("max_tokens", TOKENS_MARK);
            members.put("stream", specification.streaming());
            if (specification.streaming()) {
                members.put("stream_options", Map.of("include_usage", true));
            }
            if (specification.ignoreEos()) {
                members.put("ignore_eos", true);
                members.put("min_tokens", TOKENS_MARK);
            }
        }
        members.putAll(specification.extraBody());
        return JsonMapper.shared().writeValueAsString(members);
    }

    private static String templateSkeleton(WorkloadSpecification specification, String model) {
        if (specification.template() == null) {
            throw new IllegalArgumentException("endpoint template needs a template with a path and a body");
        }
        String quotedModel = JsonMapper.shared().writeValueAsString(model);
        return specification
                .template()
                .body()
                .replace("{model}", quotedModel.substring(1, quotedModel.length() - 1))
                .replace("{prompt}", PROMPT_MARK)
                .replace("{max_tokens}", Long.toString(TOKENS_MARK));
    }

    private sealed interface Segment permits Literal, Prompt, OutputTokens {}

    private record Literal(byte[] bytes) implements Segment {}

    private record Prompt() implements Segment {}

    private record OutputTokens() implements Segment {}

    private record Segments(List<Segment> parts) {
        static Segments of(String skeleton) {
            List<Segment> parts = new ArrayList<>();
            String tokensMark = Long.toString(TOKENS_MARK);
            int from = 0;
            while (from < skeleton.length()) {
                int prompt = indexOrEnd(skeleton, PROMPT_MARK, from);
                int tokens = indexOrEnd(skeleton, tokensMark, from);
                int next = Math.min(prompt, tokens);
                if (next > from) {
                    parts.add(new Literal(skeleton.substring(from, next).getBytes(StandardCharsets.UTF_8)));
                }
                if (next == skeleton.length()) {
                    break;
                }
                parts.add(next == prompt ? new Prompt() : new OutputTokens());
                from = next + (next == prompt ? PROMPT_MARK.length() : tokensMark.length());
            }
            return new Segments(List.copyOf(parts));
        }

        private static int indexOrEnd(String text, String mark, int from) {
            int found = text.indexOf(mark, from);
            return found < 0 ? text.length() : found;
        }
    }
}
