package aifactory.workload.prompt;

import aifactory.workload.RequestTemplate;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.dialect.BodyParts;
import aifactory.workload.dialect.Dialect;
import aifactory.workload.dialect.Dialects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What the bodies of all requests have in common, cut where they differ. */
final class BodySkeleton {
    // Of a private use area, so that no text of a user is taken for one.
    private static final String MESSAGES_MARK = "\uE0F1messages";
    private static final String DOCUMENTS_MARK = "\uE0F1documents";
    private static final String PROMPT_MARK = "\uE0F1prompt";
    private static final String INDEX_MARK = "\uE0F1index";
    private static final String TOKENS_MARK = "8888888888888881";
    private static final Pattern MARK = Pattern.compile("\"" + MESSAGES_MARK + "\"|\"" + DOCUMENTS_MARK + "\"|"
            + PROMPT_MARK + "|" + INDEX_MARK + "|(?<![0-9])" + TOKENS_MARK + "(?![0-9])");

    private BodySkeleton() {}

    /** One piece of a body. */
    sealed interface Part permits Literal, Prompt, Documents, OutputTokens, Index, Members {}

    /** Bytes that are the same in every body. */
    record Literal(byte[] bytes) implements Part {}

    /** The prompt: messages of a chat, or a text. */
    record Prompt() implements Part {}

    /** The prompt in several texts: strings with commas between them. */
    record Documents() implements Part {}

    /** The number of output tokens asked for. */
    record OutputTokens() implements Part {}

    /** The request's number over the whole group. */
    record Index() implements Part {}

    /** Members that the prompt source adds. */
    record Members() implements Part {}

    static List<Part> of(WorkloadSpecification specification, String model) {
        return switch (specification.endpoint()) {
            case CHAT, COMPLETIONS, EMBEDDINGS -> ofMembers(specification, ofEndpoint(specification, model));
            case TEMPLATE -> ofTemplate(specification.template(), model);
            case RESPONSES, MESSAGES, RERANK, SCORE, OLLAMA, TGI, TRITON, KSERVE ->
                ofMembers(specification, ofDialect(specification, model));
        };
    }

    private static Map<String, Object> ofDialect(WorkloadSpecification specification, String model) {
        Dialect dialect = Objects.requireNonNull(Dialects.of(specification.endpoint()));
        return dialect.body(new BodyParts(
                model,
                specification.streaming(),
                specification.ignoreEos(),
                List.of(MESSAGES_MARK),
                PROMPT_MARK,
                List.of(DOCUMENTS_MARK),
                Long.parseLong(TOKENS_MARK)));
    }

    private static Map<String, Object> ofEndpoint(WorkloadSpecification specification, String model) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("model", model);
        boolean generates = switch (specification.endpoint()) {
            case CHAT -> {
                members.put("messages", List.of(MESSAGES_MARK));
                yield true;
            }
            case COMPLETIONS -> {
                members.put("prompt", PROMPT_MARK);
                yield true;
            }
            case EMBEDDINGS -> {
                members.put("input", PROMPT_MARK);
                yield false;
            }
            case TEMPLATE, RESPONSES, MESSAGES, RERANK, SCORE, OLLAMA, TGI, TRITON, KSERVE ->
                throw new IllegalArgumentException("not an endpoint with members of OpenAI");
        };
        if (generates) {
            long tokens = Long.parseLong(TOKENS_MARK);
            members.put(ExtraBody.outputLimitName(specification, model), tokens);
            members.put("stream", specification.streaming());
            if (specification.streaming()) {
                members.put("stream_options", Map.of("include_usage", true));
            }
            if (specification.ignoreEos()) {
                members.put("ignore_eos", true);
                members.put("min_tokens", tokens);
            }
        }
        return members;
    }

    private static List<Part> ofMembers(WorkloadSpecification specification, Map<String, Object> own) {
        int tools = specification.payload().tools();
        if (tools > 0) {
            own.put("tools", ToolDefinitions.of(specification.endpoint(), tools, specification.seed()));
        }
        Map<String, Object> members = ExtraBody.merged(own, specification.extraBody());
        String json = JsonMapper.shared().writeValueAsString(members);
        List<Part> parts = new ArrayList<>(cut(json.substring(0, json.length() - 1)));
        parts.add(new Members());
        parts.add(literal("}"));
        return List.copyOf(parts);
    }

    private static List<Part> ofTemplate(@Nullable RequestTemplate template, String model) {
        if (template == null) {
            throw new IllegalArgumentException("endpoint template needs a template with a path and a body");
        }
        String quotedModel = JsonMapper.shared().writeValueAsString(model);
        return cut(template.body()
                .replace("{model}", quotedModel.substring(1, quotedModel.length() - 1))
                .replace("{prompt}", PROMPT_MARK)
                .replace("{index}", INDEX_MARK)
                .replace("{max_tokens}", TOKENS_MARK));
    }

    private static List<Part> cut(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher mark = MARK.matcher(text);
        int from = 0;
        while (mark.find()) {
            if (mark.start() > from) {
                parts.add(literal(text.substring(from, mark.start())));
            }
            parts.add(
                    switch (mark.group()) {
                        case TOKENS_MARK -> new OutputTokens();
                        case INDEX_MARK -> new Index();
                        case "\"" + DOCUMENTS_MARK + "\"" -> new Documents();
                        default -> new Prompt();
                    });
            from = mark.end();
        }
        if (from < text.length()) {
            parts.add(literal(text.substring(from)));
        }
        return List.copyOf(parts);
    }

    private static Literal literal(String text) {
        return new Literal(text.getBytes(StandardCharsets.UTF_8));
    }
}
