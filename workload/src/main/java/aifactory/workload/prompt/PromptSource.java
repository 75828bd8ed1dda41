package aifactory.workload.prompt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where prompts come from. The content of a request is a function of its session's number over the whole group and of
 * its turn in that session, both from 0; a single request is turn 0 of a separate session. Implementations are
 * immutable to the outside and may be asked by one thread at a time.
 */
public interface PromptSource {
    /** A turn without a time. */
    long NO_OFFSET = -1;

    /** How many requests the session has, at least 1. */
    default int turns(long session) {
        return 1;
    }

    /** The turn whose conversation a turn continues, with its response; -1 for a turn that starts a conversation. */
    default int continues(long session, int turn) {
        return turn - 1;
    }

    /** The turns whose responses a turn waits for, all of them earlier ones; none for the first turn alone. */
    default List<Integer> waitsFor(long session, int turn) {
        return turn == 0 ? List.of() : List.of(turn - 1);
    }

    /**
     * The pause between the last response that a turn waits for and this turn, in nanoseconds; 0 for the first turn.
     */
    default long thinkNanos(long session, int turn) {
        return 0;
    }

    /**
     * A turn is not sent earlier than this after the time at which its session was due, in nanoseconds; {@link
     * #NO_OFFSET} for a turn that only waits for responses.
     */
    default long offsetNanos(long session, int turn) {
        return NO_OFFSET;
    }

    /** The number of output tokens to ask for. */
    int outputTokens(long session, int turn);

    /**
     * Appends what the turn adds to the conversation as the inside of a JSON string: escaped, without the quotes, in
     * UTF-8.
     *
     * @return its length in tokens as far as the source knows
     */
    int appendText(long session, int turn, ByteBuilder out);

    /**
     * Appends what the turn adds to the conversation as messages of a chat: JSON objects with a comma between them, at
     * least one.
     *
     * @return their length in tokens as far as the source knows
     */
    default int appendMessages(long session, int turn, ByteBuilder out) {
        out.append(Messages.USER);
        int tokens = appendText(session, turn, out);
        out.append(Messages.END);
        return tokens;
    }

    /** Bytes that images and audio add to a request, on average. */
    default long mediaBytes() {
        return 0;
    }

    /** Appends more members of the request's JSON object, each with a comma before it; most sources have none. */
    default void appendMembers(long session, int turn, ByteBuilder out) {}

    /** What stands around the text of a message. */
    final class Messages {
        static final byte[] USER = "{\"role\":\"user\",\"content\":\"".getBytes(StandardCharsets.US_ASCII);
        static final byte[] ASSISTANT = "{\"role\":\"assistant\",\"content\":\"".getBytes(StandardCharsets.US_ASCII);
        static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);

        private Messages() {}
    }
}
