package aifactory.simulator.internal.generation;

import java.nio.charset.StandardCharsets;

/** The forms that generated content takes within an event: the text before and after the content. */
@SuppressWarnings("ImmutableEnumChecker") // encoded once; the arrays are never modified
enum DeltaKind {
    CHAT_TEXT("[{\"index\":0,\"delta\":{\"content\":\"", "\"},\"logprobs\":null,\"finish_reason\":null}]}"),
    REASONING("[{\"index\":0,\"delta\":{\"reasoning_content\":\"", "\"},\"logprobs\":null,\"finish_reason\":null}]}"),
    COMPLETION_TEXT("[{\"index\":0,\"text\":\"", "\",\"logprobs\":null,\"finish_reason\":null}]}"),
    /** A tool call in one chunk. */
    TOOL_ONLY(Tool.OPENING, Tool.LAST_CLOSING),
    TOOL_FIRST(Tool.OPENING, Tool.CLOSING),
    TOOL_NEXT(Tool.CONTINUATION, Tool.CLOSING),
    TOOL_LAST(Tool.CONTINUATION, Tool.LAST_CLOSING);

    /** The arguments of all chunks together are one JSON object with a text. */
    private static final class Tool {
        static final String OPENING = "[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"call_0\","
                + "\"type\":\"function\",\"function\":{\"name\":\"answer\",\"arguments\":\"{\\\"text\\\":\\\"";
        static final String CONTINUATION =
                "[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"";
        static final String CLOSING = "\"}}]},\"logprobs\":null,\"finish_reason\":null}]}";
        static final String LAST_CLOSING = "\\\"}" + CLOSING;
    }

    final byte[] before;
    final byte[] after;

    DeltaKind(String before, String after) {
        this.before = before.getBytes(StandardCharsets.US_ASCII);
        this.after = after.getBytes(StandardCharsets.US_ASCII);
    }

    static DeltaKind toolCall(boolean isFirst, boolean isLast) {
        if (isFirst) {
            return isLast ? TOOL_ONLY : TOOL_FIRST;
        }
        return isLast ? TOOL_LAST : TOOL_NEXT;
    }
}
