package aifactory.simulator;

import static aifactory.simulator.FaultParameter.AT;
import static aifactory.simulator.FaultParameter.BYTES;
import static aifactory.simulator.FaultParameter.CODE;
import static aifactory.simulator.FaultParameter.FOR;
import static aifactory.simulator.FaultParameter.GAP;
import static aifactory.simulator.FaultParameter.PERIOD;
import static aifactory.simulator.FaultParameter.RETRY_AFTER;
import static aifactory.simulator.FaultParameter.TOKEN;
import static aifactory.simulator.FaultParameter.TYPE;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the simulated server can do wrong, or in an unusual way that clients must bear. */
public enum FaultKind {
    /** Answers with an error status and an OpenAI error object. */
    STATUS("status", required(CODE), optional(RETRY_AFTER)),
    /** Answers 200 with a JSON error object as its body. */
    ERROR_BODY("error-body"),
    /** Sends an error object as an event in mid-stream, then ends the stream. */
    ERROR_EVENT("error-event", defaulting(TOKEN, 1)),
    /** Closes the connection in mid-answer, without the end that the framing asks for. */
    CUT("cut", defaulting(TOKEN, 1)),
    /** Resets the connection in mid-answer. */
    RESET("reset", defaulting(TOKEN, 1)),
    /** Pauses one answer. */
    STALL("stall", required(FOR), defaulting(TOKEN, 1)),
    /** Stops the whole server for a while: no response is sent and every stream pauses. */
    SERVER_STALL("server-stall", required(FOR), required(AT), optional(PERIOD)),
    /** Refuses what exceeds so many requests per second, with this status. */
    RATE_LIMIT("rate-limit", required(FaultParameter.COUNT), defaulting(CODE, 429)),
    /** Generates more slowly, in proportion, where more than so many requests are generated at the same time. */
    SLOW_ABOVE("slow-above", required(FaultParameter.COUNT)),
    /**
     * Resets all connections and listens no more, once more than so many requests run and wait. It is available again
     * after a while, or else the process ends.
     */
    CRASH("crash", required(FaultParameter.COUNT), optional(FOR)),
    /** Generates forever and ignores {@code max_tokens}; streams only. */
    ENDLESS("endless"),
    /** Several tokens in one chunk. */
    TOKENS_PER_CHUNK("tokens-per-chunk", required(FaultParameter.COUNT)),
    /** The first tokens of a chat are reasoning, in {@code reasoning_content}. */
    REASONING("reasoning", required(FaultParameter.COUNT)),
    /** A chat answers with a tool call instead of text. */
    TOOL_CALL("tool-call"),
    /** Answers a request for a JSON document in plain words. */
    INVALID_DOCUMENT("invalid-document"),
    /** Accepts a new connection late; its probability and count are those of connections, not requests. */
    SLOW_ACCEPT("slow-accept", required(FOR)),
    /** Leaves the usage out. */
    NO_USAGE("no-usage"),
    /** Claims more output tokens than were sent, by {@code count}. */
    WRONG_USAGE("wrong-usage", defaulting(FaultParameter.COUNT, 1)),
    /** Sends another content type. */
    CONTENT_TYPE("content-type", optional(TYPE)),
    /** Sends a chunk whose length is not a number. */
    MALFORMED_CHUNK("malformed-chunk", defaulting(TOKEN, 1)),
    /** Sends an event, or a body, with invalid JSON, and continues. */
    MALFORMED_EVENT("malformed-event", defaulting(TOKEN, 1)),
    /** Sends a header of this size. */
    OVERSIZED_HEADER("oversized-header", defaulting(BYTES, 1 << 20)),
    /** Sends one event of this size. */
    OVERSIZED_EVENT("oversized-event", defaulting(BYTES, 4 << 20), defaulting(TOKEN, 1)),
    /** Puts bytes that are not UTF-8 into the content of one chunk. */
    NON_UTF8("non-utf8", defaulting(TOKEN, 1)),
    /** Takes the request and never answers. */
    NEVER_ANSWER("never-answer"),
    /** Closes the connection instead of answering. */
    CLOSE_BEFORE_ANSWER("close-before-answer"),
    /** Resets the connection instead of answering. */
    RESET_BEFORE_ANSWER("reset-before-answer"),
    /** Sends the role, the finish reason and the end, but no content. */
    NO_CONTENT("no-content"),
    /** Leaves out {@code [DONE]}. */
    NO_DONE("no-done"),
    /** Ends the body by closing the connection instead of by chunked coding or a length. */
    CLOSE_DELIMITED("close-delimited"),
    /** Sends trailer fields after the last chunk. */
    TRAILERS("trailers"),
    /** Sends everything in segments of {@code bytes} bytes, {@code gap} apart. */
    SPLIT("split", defaulting(BYTES, 7), defaulting(GAP, 0)),
    /** Writes {@code data:} without the space after it. */
    NO_SPACE("no-space"),
    /** Ends lines with CR LF. */
    CRLF("crlf"),
    /** Sends a comment before every {@code count}-th chunk with content. */
    COMMENTS("comments", defaulting(FaultParameter.COUNT, 1));

    /** A parameter of a kind; {@code ifAbsent} is null where there is no default. */
    private record Allowed(
            FaultParameter parameter,
            boolean isRequired,
            @Nullable Long ifAbsent) {}

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // List.of of records: immutable, which the checker cannot see
    private final List<Allowed> allowed;

    FaultKind(String text, Allowed... allowed) {
        this.text = text;
        this.allowed = List.of(allowed);
    }

    private static Allowed required(FaultParameter parameter) {
        return new Allowed(parameter, true, null);
    }

    private static Allowed optional(FaultParameter parameter) {
        return new Allowed(parameter, false, null);
    }

    private static Allowed defaulting(FaultParameter parameter, long value) {
        return new Allowed(parameter, false, value);
    }

    /** How it is written. */
    public String text() {
        return text;
    }

    /** Its parameters; the first is the one that may be written without its key. */
    public List<FaultParameter> parameters() {
        return allowed.stream().map(Allowed::parameter).toList();
    }

    /** Whether one may say how often it happens: all but what happens to the whole server. */
    boolean isSelective() {
        return this != SERVER_STALL && this != RATE_LIMIT && this != SLOW_ABOVE && this != CRASH;
    }

    /** Adds the defaults of what is not given. */
    void complete(Map<FaultParameter, Long> numbers) {
        for (Allowed one : allowed) {
            if (one.ifAbsent() != null) {
                numbers.putIfAbsent(one.parameter(), one.ifAbsent());
            }
        }
    }

    /** Keys that must be given and are not. */
    List<String> missing(Map<FaultParameter, Long> numbers) {
        List<String> keys = new ArrayList<>();
        for (Allowed one : allowed) {
            if (one.isRequired() && !numbers.containsKey(one.parameter())) {
                keys.add(one.parameter().key());
            }
        }
        return keys;
    }
}
