package aifactory.simulator.internal.generation;

import java.util.ArrayList;
import java.util.List;

/** {@code /v1/messages}: events with names; text, reasoning and calls of tools in numbered blocks. */
final class MessagesForm implements DialectForm {
    /** The number of the open block, from 0; negative before the first. */
    private int block = -1;

    @Override
    public List<String> opening(Answer answer) {
        return List.of(
                DialectForm.event(
                        "message_start",
                        "{\"type\":\"message_start\",\"message\":" + message(answer, "[]", "null", usage(answer, 1))
                                + "}"),
                DialectForm.event("ping", "{\"type\":\"ping\"}"));
    }

    @Override
    public String content(Answer answer, Kind kind, String text, boolean isFirstOfKind) {
        String start = isFirstOfKind ? startOfBlock(kind) : "";
        String delta = switch (kind) {
            case TEXT -> "{\"type\":\"text_delta\",\"text\":";
            case REASONING -> "{\"type\":\"thinking_delta\",\"thinking\":";
            case TOOL_CALL -> "{\"type\":\"input_json_delta\",\"partial_json\":";
        };
        return start
                + DialectForm.event(
                        "content_block_delta",
                        "{\"type\":\"content_block_delta\",\"index\":" + block + ",\"delta\":" + delta
                                + DialectForm.quoted(text) + "}}");
    }

    /** Ends the block before, if there is one: blocks follow each other and are numbered without gaps. */
    private String startOfBlock(Kind kind) {
        String end = block < 0 ? "" : endOfBlock();
        block++;
        return end
                + DialectForm.event(
                        "content_block_start",
                        "{\"type\":\"content_block_start\",\"index\":" + block + ",\"content_block\":"
                                + emptyBlock(kind) + "}");
    }

    private String endOfBlock() {
        return DialectForm.event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + block + "}");
    }

    private static String emptyBlock(Kind kind) {
        return switch (kind) {
            case TEXT -> "{\"type\":\"text\",\"text\":\"\"}";
            case REASONING -> "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}";
            case TOOL_CALL -> "{\"type\":\"tool_use\",\"id\":\"toolu_0\",\"name\":\"answer\",\"input\":{}}";
        };
    }

    @Override
    public List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted) {
        String usage = isCounted ? ",\"usage\":{\"output_tokens\":" + tokens + "}" : "";
        List<String> pieces = new ArrayList<>();
        if (block >= 0) {
            pieces.add(endOfBlock());
        }
        pieces.add(DialectForm.event(
                "message_delta",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason(finishReason)
                        + "\",\"stop_sequence\":null}" + usage + "}"));
        pieces.add(DialectForm.event("message_stop", "{\"type\":\"message_stop\"}"));
        return pieces;
    }

    @Override
    public String error(String message) {
        return DialectForm.event(
                "error",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
                        + DialectForm.quoted(message) + "}}");
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
        StringBuilder content = new StringBuilder("[");
        if (!reasoning.isEmpty()) {
            content.append("{\"type\":\"thinking\",\"signature\":\"\",\"thinking\":")
                    .append(DialectForm.quoted(reasoning))
                    .append("},");
        }
        content.append(
                kind == Kind.TOOL_CALL
                        ? "{\"type\":\"tool_use\",\"id\":\"toolu_0\",\"name\":\"answer\",\"input\":{\"text\":"
                                + DialectForm.quoted(text) + "}}]"
                        : "{\"type\":\"text\",\"text\":" + DialectForm.quoted(text) + "}]");
        return message(
                answer,
                content.toString(),
                "\"" + reason(finishReason) + "\"",
                isCounted ? usage(answer, tokens) : "{}");
    }

    private static String usage(Answer answer, int tokens) {
        return "{\"input_tokens\":" + answer.promptTokens() + ",\"output_tokens\":" + tokens + "}";
    }

    private static String message(Answer answer, String content, String stopReason, String usage) {
        return "{\"id\":\"" + answer.id() + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":" + answer.model()
                + ",\"content\":" + content + ",\"stop_reason\":" + stopReason + ",\"stop_sequence\":null,\"usage\":"
                + usage + "}";
    }

    private static String reason(String finishReason) {
        return switch (finishReason) {
            case "stop" -> "end_turn";
            case "tool_calls" -> "tool_use";
            default -> "max_tokens";
        };
    }
}
