package aifactory.simulator.internal.generation;

import java.util.List;

/** {@code /api/chat} of Ollama: lines of JSON, the last of which has the counts. */
final class OllamaForm implements DialectForm {
    @Override
    public String contentType() {
        return "application/x-ndjson";
    }

    @Override
    public String content(Answer answer, Kind kind, String text, boolean isFirstOfKind) {
        String message = switch (kind) {
            case TEXT -> message(text, "", "");
            case REASONING -> message("", text, "");
            case TOOL_CALL -> message("", "", text);
        };
        return "{" + head(answer) + ",\"message\":" + message + ",\"done\":false}\n";
    }

    @Override
    public List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted) {
        return List.of("{" + head(answer) + ",\"message\":" + message("", "", "")
                + end(answer, tokens, finishReason, isCounted) + "}\n");
    }

    @Override
    public String error(String message) {
        return "{\"error\":" + DialectForm.quoted(message) + "}\n";
    }

    @Override
    public String whole(
            Answer answer,
            Kind kind,
            String text,
            String reasoning,
            int tokens,
            String finishReason,
            boolean isCounted) {
        String message = kind == Kind.TOOL_CALL ? message("", reasoning, text) : message(text, reasoning, "");
        return "{" + head(answer) + ",\"message\":" + message + end(answer, tokens, finishReason, isCounted) + "}";
    }

    private static String head(Answer answer) {
        return "\"model\":" + answer.model() + ",\"created_at\":\"2026-01-01T00:00:00Z\"";
    }

    private static String message(String text, String reasoning, String tool) {
        return "{\"role\":\"assistant\",\"content\":" + DialectForm.quoted(text)
                + (reasoning.isEmpty() ? "" : ",\"thinking\":" + DialectForm.quoted(reasoning))
                + (tool.isEmpty()
                        ? ""
                        : ",\"tool_calls\":[{\"function\":{\"name\":\"answer\",\"arguments\":{\"text\":"
                                + DialectForm.quoted(tool) + "}}}]")
                + "}";
    }

    private static String end(Answer answer, int tokens, String finishReason, boolean isCounted) {
        String counts =
                isCounted ? ",\"prompt_eval_count\":" + answer.promptTokens() + ",\"eval_count\":" + tokens : "";
        return ",\"done_reason\":\"" + (finishReason.equals("tool_calls") ? "stop" : finishReason) + "\",\"done\":true"
                + counts;
    }
}
