package aifactory.simulator.internal.generation;

import java.util.List;

/** {@code /v1/responses}: events with names, the last of which holds the usage. */
final class ResponsesForm implements DialectForm {
    @Override
    public List<String> opening(Answer answer) {
        String response = "{\"type\":\"%s\",\"response\":" + response(answer, "in_progress", "[]", "null") + "}";
        return List.of(
                DialectForm.event("response.created", response.formatted("response.created")),
                DialectForm.event("response.in_progress", response.formatted("response.in_progress")));
    }

    @Override
    public String content(Answer answer, Kind kind, String text, boolean isFirstOfKind) {
        String name = switch (kind) {
            case TEXT -> "response.output_text.delta";
            case REASONING -> "response.reasoning_text.delta";
            case TOOL_CALL -> "response.function_call_arguments.delta";
        };
        return DialectForm.event(
                name,
                "{\"type\":\"" + name + "\",\"item_id\":\"item_" + answer.id()
                        + "\",\"output_index\":0,\"content_index\":0,\"delta\":" + DialectForm.quoted(text) + "}");
    }

    @Override
    public List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted) {
        boolean isComplete = finishReason.equals("stop") || finishReason.equals("tool_calls");
        String name = isComplete ? "response.completed" : "response.incomplete";
        return List.of(
                DialectForm.event(
                        "response.output_text.done",
                        "{\"type\":\"response.output_text.done\",\"output_index\":0,\"text\":"
                                + DialectForm.quoted(text) + "}"),
                DialectForm.event(
                        name,
                        "{\"type\":\"" + name + "\",\"response\":" + ended(answer, "[]", tokens, isComplete, isCounted)
                                + "}"));
    }

    @Override
    public String error(String message) {
        return DialectForm.event(
                "error",
                "{\"type\":\"error\",\"code\":\"server_error\",\"message\":" + DialectForm.quoted(message)
                        + ",\"param\":null}");
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
        StringBuilder output = new StringBuilder("[");
        if (!reasoning.isEmpty()) {
            output.append("{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\",\"text\":")
                    .append(DialectForm.quoted(reasoning))
                    .append("}]},");
        }
        output.append(
                kind == Kind.TOOL_CALL
                        ? "{\"type\":\"function_call\",\"call_id\":\"call_0\",\"name\":\"answer\",\"arguments\":"
                                + DialectForm.quoted("{\"text\":" + DialectForm.quoted(text) + "}") + "}"
                        : "{\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":"
                                + "\"output_text\",\"annotations\":[],\"text\":" + DialectForm.quoted(text) + "}]}");
        boolean isComplete = finishReason.equals("stop") || finishReason.equals("tool_calls");
        return ended(answer, output.append(']').toString(), tokens, isComplete, isCounted);
    }

    private static String ended(Answer answer, String output, int tokens, boolean isComplete, boolean isCounted) {
        String usage = isCounted
                ? "{\"input_tokens\":" + answer.promptTokens() + ",\"output_tokens\":" + tokens + ",\"total_tokens\":"
                        + (answer.promptTokens() + tokens) + "}"
                : "null";
        return response(answer, isComplete ? "completed" : "incomplete", output, usage);
    }

    private static String response(Answer answer, String status, String output, String usage) {
        String details = status.equals("incomplete") ? "{\"reason\":\"max_output_tokens\"}" : "null";
        return "{\"id\":\"" + answer.id() + "\",\"object\":\"response\",\"created_at\":"
                + answer.identity().createdSeconds() + ",\"status\":\"" + status
                + "\",\"error\":null,\"incomplete_details\":" + details + ",\"model\":" + answer.model()
                + ",\"output\":" + output
                + ",\"parallel_tool_calls\":true,\"tool_choice\":\"auto\",\"tools\":[],\"usage\":"
                + usage + "}";
    }
}
