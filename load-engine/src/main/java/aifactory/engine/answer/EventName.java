package aifactory.engine.answer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** What the name of a server-sent event says about how it is to be read. */
enum EventName {
    /** It has none. */
    NONE,
    /** The server reports an error, regardless of the data. */
    ERROR,
    /** Its data is nothing but a sign of life. */
    HEARTBEAT,
    /** Any other: the data says what it is. */
    OTHER;

    private static final Set<String> ERRORS = Set.of("exception", "failure", "failed", "fatal", "fail");
    private static final Set<String> HEARTBEATS =
            Set.of("ping", "pong", "heartbeat", "heart-beat", "keepalive", "keep-alive", "keep_alive", "hb");
    private static final int LONGEST = 64;

    /** Of the value of an {@code event} field. */
    static EventName of(byte[] bytes, int from, int to) {
        String name = new String(bytes, from, Math.min(to - from, LONGEST), StandardCharsets.UTF_8)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (name.isEmpty()) {
            return NONE;
        }
        if (name.contains("error") || ERRORS.contains(name) || name.endsWith(".failed")) {
            return ERROR;
        }
        return isHeartbeat(name) ? HEARTBEAT : OTHER;
    }

    /** Whether a word, in lower case, is a sign of life. */
    static boolean isHeartbeat(String word) {
        return HEARTBEATS.contains(word);
    }
}
