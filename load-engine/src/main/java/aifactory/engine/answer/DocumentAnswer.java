package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the answers and events of an endpoint as whole documents, which allocates, unlike {@link AnswerScanner}, which
 * knows its endpoints.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
abstract class DocumentAnswer {
    /**
     * Reads one document.
     *
     * @return what it says went wrong, null when it says nothing of the kind
     * @throws AnswerFault when it is not JSON, or not UTF-8
     */
    final @Nullable String read(byte[] bytes, int from, int to) throws AnswerFault {
        JsonNode root;
        try {
            root = WholeJson.READER.readValue(bytes, from, to - from);
        } catch (JacksonException e) {
            throw isUtf8(bytes, from, to)
                    ? new AnswerFault(FailureKind.MALFORMED_EVENT, "not JSON: " + ErrorText.excerpt(bytes, from, to))
                    : new AnswerFault(FailureKind.INVALID_UTF8, "bytes that are not UTF-8");
        }
        return ServerErrors.in(root, take(root));
    }

    /**
     * Takes what is measured from a document.
     *
     * @return whether it is an answer, in which only an error member counts as an error
     */
    abstract boolean take(JsonNode root);

    abstract boolean hasContent();

    /** Whether all content is reasoning. */
    boolean isReasoning() {
        return false;
    }

    boolean hasToolCall() {
        return false;
    }

    /** Whether the answer says that it is complete. */
    boolean isDone() {
        return false;
    }

    /** Whether every complete stream says so. */
    boolean marksEnd() {
        return false;
    }

    /** Whether streams are lines of JSON. */
    boolean isLines() {
        return false;
    }

    /** The content where it is a text. */
    abstract String text();

    /** The reasoning where there is any. */
    String reasoning() {
        return "";
    }

    abstract boolean hasUsage();

    /** Why the server says that it ended; mostly empty. */
    abstract List<String> finishReasons();

    /** {@link AnswerScanner#NO_COUNT} where there is none. */
    abstract long promptTokens();

    /** {@link AnswerScanner#NO_COUNT} where there is none. */
    abstract long completionTokens();

    /** A text as the inside of a JSON string. */
    static byte[] escaped(String text) {
        byte[] quoted = JsonMapper.shared().writeValueAsBytes(text);
        return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
    }

    private static boolean isUtf8(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
