package aifactory.workload.dialect;

import java.util.ArrayList;
import java.util.List;

/** What one response, or one event of a stream, says of what is measured. Used again for the next. Not thread-safe. */
public final class DialectResponse {
    /** A count that is not there. */
    public static final long NO_COUNT = -1;

    private static final long MOST_TOKENS = 100_000_000;

    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<String> finishReasons = new ArrayList<>();
    private boolean value;
    private boolean toolCall;
    private boolean done;
    private long promptTokens = NO_COUNT;
    private long completionTokens = NO_COUNT;

    /** Makes ready for the next. */
    public void clear() {
        text.setLength(0);
        reasoning.setLength(0);
        finishReasons.clear();
        value = false;
        toolCall = false;
        done = false;
        promptTokens = NO_COUNT;
        completionTokens = NO_COUNT;
    }

    void addText(String generated) {
        text.append(generated);
    }

    void addReasoning(String generated) {
        reasoning.append(generated);
    }

    /** Part of a call of a tool. */
    void addToolCall() {
        toolCall = true;
    }

    /** A result that is not generated text, such as a score. */
    void addValue() {
        value = true;
    }

    void setPromptTokens(double count) {
        promptTokens = count(count);
    }

    void setCompletionTokens(double count) {
        completionTokens = count(count);
    }

    private static long count(double count) {
        return count >= 0 && count <= MOST_TOKENS && count == Math.rint(count) ? (long) count : NO_COUNT;
    }

    void addFinishReason(String reason) {
        if (!reason.isEmpty()) {
            finishReasons.add(reason);
        }
    }

    /** The stream is complete. */
    void setDone() {
        done = true;
    }

    public String text() {
        return text.toString();
    }

    public String reasoning() {
        return reasoning.toString();
    }

    public boolean hasToolCall() {
        return toolCall;
    }

    /** Whether there is content of any kind. */
    public boolean hasContent() {
        return value || toolCall || !text.isEmpty() || !reasoning.isEmpty();
    }

    /** Whether all content is reasoning. */
    public boolean isReasoning() {
        return !reasoning.isEmpty() && !value && !toolCall && text.isEmpty();
    }

    public boolean hasUsage() {
        return promptTokens != NO_COUNT || completionTokens != NO_COUNT;
    }

    /** {@link #NO_COUNT} where there is none. */
    public long promptTokens() {
        return promptTokens;
    }

    /** {@link #NO_COUNT} where there is none. */
    public long completionTokens() {
        return completionTokens;
    }

    public List<String> finishReasons() {
        return List.copyOf(finishReasons);
    }

    public boolean isDone() {
        return done;
    }
}
