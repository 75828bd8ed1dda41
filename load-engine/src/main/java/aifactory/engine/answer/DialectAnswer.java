package aifactory.engine.answer;

import aifactory.workload.dialect.Dialect;
import aifactory.workload.dialect.DialectResponse;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Reads the answers and events of a dialect.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class DialectAnswer extends DocumentAnswer {
    private final Dialect dialect;
    private final DialectResponse response = new DialectResponse();

    DialectAnswer(Dialect dialect) {
        this.dialect = dialect;
    }

    @Override
    boolean take(JsonNode root) {
        response.clear();
        return dialect.read(root, response);
    }

    @Override
    boolean hasContent() {
        return response.hasContent();
    }

    @Override
    boolean isReasoning() {
        return response.isReasoning();
    }

    @Override
    boolean hasToolCall() {
        return response.hasToolCall();
    }

    @Override
    boolean isDone() {
        return response.isDone();
    }

    @Override
    boolean marksEnd() {
        return dialect.marksEnd();
    }

    @Override
    boolean isLines() {
        return dialect.isLines();
    }

    @Override
    String text() {
        return response.text();
    }

    @Override
    String reasoning() {
        return response.reasoning();
    }

    @Override
    boolean hasUsage() {
        return response.hasUsage();
    }

    @Override
    List<String> finishReasons() {
        return response.finishReasons();
    }

    @Override
    long promptTokens() {
        return response.promptTokens();
    }

    @Override
    long completionTokens() {
        return response.completionTokens();
    }
}
