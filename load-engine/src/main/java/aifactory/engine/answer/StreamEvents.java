package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the stream of events of one answer, and judges at its end whether it was a complete and proper one.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class StreamEvents implements ServerSentEventDecoder.EventHandler {
    private static final int MOST_STRANGE_BYTES = 8192;
    private static final int LONGEST_WORD = 16;
    /** Data that some servers send where there is nothing to say. */
    private static final Set<String> NOTHING = Set.of("null", "none", "undefined", "nan", "true", "false");

    /** Data that is no JSON and says that something went wrong, in lower case. */
    private static final Pattern ERROR_TEXT = Pattern.compile(
            "(?:\\[?(?:error|exception)(?:[\\s:\\]].*)?|traceback .*|internal server error.*)", Pattern.DOTALL);

    private final ServerSentEventDecoder decoder;
    /** Null where streams are server-sent events. */
    private final @Nullable JsonLineDecoder lines;

    private final AnswerContent content;
    private boolean done;
    private int skipped;
    private int eventsRead;
    /** The beginning of what is no field of event streams: it may be JSON, or a web page. */
    private byte[] strange = {};

    private int strangeLength;

    StreamEvents(AnswerContent content, int maximumEventBytes) {
        this.content = content;
        this.decoder = new ServerSentEventDecoder(maximumEventBytes);
        this.lines = content.isLines() ? new JsonLineDecoder(maximumEventBytes) : null;
    }

    void clear() {
        decoder.reset();
        if (lines != null) {
            lines.reset();
        }
        done = false;
        skipped = 0;
        strangeLength = 0;
    }

    void decode(byte[] bytes, int from, int to) throws AnswerFault {
        if (lines == null) {
            decoder.decode(bytes, from, to, this);
        } else {
            lines.decode(bytes, from, to, this);
        }
    }

    boolean isBetweenEvents() {
        return lines == null ? decoder.isBetweenEvents() : lines.isBetweenLines();
    }

    /** Events with data so far of all answers, modulo 2^32. */
    int eventsRead() {
        return eventsRead;
    }

    /** Events that carried nothing that is measured. */
    int skipped() {
        return skipped;
    }

    /** Whether the server has said that the stream ends here. */
    boolean isDone() {
        return done;
    }

    @Override
    public void event(byte[] data, int from, int to) throws AnswerFault {
        eventsRead++;
        EventName name = decoder.name();
        if (name == EventName.ERROR) {
            throw error(data, from, to);
        }
        if (name == EventName.HEARTBEAT) {
            skipped++;
        } else if (!content.takeEventLikeBefore(data, from, to)) {
            otherEvent(data, from, to, name);
        }
    }

    private void otherEvent(byte[] data, int from, int to, EventName name) throws AnswerFault {
        int start = from;
        while (start < to && data[start] <= ' ' && data[start] >= 0) {
            start++;
        }
        if (start < to && data[start] == '{') {
            skipped += content.takeEvent(data, from, to) ? 0 : 1;
            if (content.isComplete()) {
                done();
            }
        } else if (isDone(data, start, to)) {
            done();
        } else {
            eventThatIsNoObject(data, start, to, name);
            skipped++;
        }
    }

    private void done() {
        done = true;
        content.close();
    }

    /** Skips what says nothing; anything else is named. */
    private void eventThatIsNoObject(byte[] data, int from, int to, EventName name) throws AnswerFault {
        if (from == to) {
            return;
        }
        boolean list = data[from] == '[';
        String said = list ? ServerErrors.in(data, from, to, false) : null;
        String text = new String(data, from, Math.min(to - from, 512), StandardCharsets.UTF_8)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (said != null || isErrorText(text)) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, said == null ? ErrorText.excerpt(data, from, to) : said);
        }
        boolean nothing = text.length() <= LONGEST_WORD
                && (NOTHING.contains(text) || EventName.isHeartbeat(text) || text.matches("-?[0-9.e+-]+"));
        if (!nothing && name != EventName.OTHER && !ServerErrors.isJson(data, from, to)) {
            throw new AnswerFault(FailureKind.MALFORMED_EVENT, "not JSON: " + ErrorText.excerpt(data, from, to));
        }
    }

    /** In lower case: words, not JSON, or JSON that is nothing but words. */
    private static boolean isErrorText(String text) {
        return ERROR_TEXT.matcher(text).matches() || (text.startsWith("\"") && text.contains("error"));
    }

    @Override
    public void withoutData() throws AnswerFault {
        if (decoder.name() == EventName.ERROR) {
            throw error(new byte[0], 0, 0);
        }
        skipped++;
    }

    @Override
    public void errorField(byte[] bytes, int from, int to) throws AnswerFault {
        String message = ServerErrors.inField(bytes, from, to);
        if (message != null) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, message);
        }
    }

    @Override
    public void strangeLine(byte[] bytes, int from, int to) throws AnswerFault {
        if (isDone(bytes, from, to)) {
            done();
            return;
        }
        int length = Math.min(to - from, MOST_STRANGE_BYTES - strangeLength - 1);
        if (length <= 0) {
            return;
        }
        if (strange.length < strangeLength + length + 1) {
            strange = Arrays.copyOf(strange, Math.max(strangeLength + length + 1, strange.length * 2));
        }
        System.arraycopy(bytes, from, strange, strangeLength, length);
        strangeLength += length;
        strange[strangeLength++] = '\n';
        String message = bytes[from] == '{' ? ServerErrors.in(bytes, from, to, false) : null;
        if (message != null) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, message);
        }
    }

    /** The message of an event that says by its name that it is an error. */
    private AnswerFault error(byte[] data, int from, int to) {
        String message = ServerErrors.inField(data, from, to);
        if (message == null) {
            message = decoder.comment();
        }
        return new AnswerFault(
                FailureKind.ERROR_IN_BODY, message.isBlank() ? "an error event without a message" : message);
    }

    /**
     * The stream has ended.
     *
     * @throws AnswerFault unless it was a complete and proper answer
     */
    void end() throws AnswerFault {
        try {
            decoder.end(this);
            if (lines != null) {
                lines.end(this);
            }
        } catch (AnswerFault fault) {
            if (fault.kind() != FailureKind.MALFORMED_EVENT && fault.kind() != FailureKind.INVALID_UTF8) {
                throw fault;
            }
            // An event that was cut off: a decoder of event streams knows nothing of it.
        }
        AnswerFault known = knownFailure();
        if (known != null) {
            throw known;
        }
        boolean ended = done || (content.finish.any() && content.finish.cover(content.choices()));
        if (!ended && content.marksEnd()) {
            throw nothingButStrange()
                    ? strangeBody()
                    : new AnswerFault(FailureKind.TRUNCATED, "the stream ended without [DONE] or a finish_reason");
        }
        if (!content.any()) {
            throw nothingButStrange() ? strangeBody() : noContent();
        }
    }

    /** What the server itself has said went wrong, so far; null when it has said nothing of the kind. */
    @Nullable
    AnswerFault knownFailure() {
        if (decoder.name() == EventName.ERROR) {
            byte[] data = decoder.begunData();
            return error(data, 0, data.length);
        }
        byte[] unfinished = decoder.begunData();
        byte[] line = lines == null ? decoder.carriedLine() : lines.begun();
        String message = ServerErrors.in(strange, 0, strangeLength, false);
        message = message == null ? ServerErrors.in(unfinished, 0, unfinished.length, true) : message;
        message = message == null ? ServerErrors.inLine(line) : message;
        return message == null ? content.aborted() : new AnswerFault(FailureKind.ERROR_IN_BODY, message);
    }

    private boolean nothingButStrange() {
        return strangeLength > 0 && !content.any();
    }

    private AnswerFault strangeBody() {
        if (BodyStart.isZstandard(strange, strangeLength)) {
            return new AnswerFault(FailureKind.UNEXPECTED_ENCODING, "a body compressed as zstd, which is not decoded");
        }
        return new AnswerFault(
                FailureKind.UNEXPECTED_CONTENT_TYPE,
                "invalid event stream: " + ErrorText.excerpt(strange, 0, strangeLength));
    }

    static AnswerFault noContent() {
        return new AnswerFault(FailureKind.NO_CONTENT, "a complete answer without any generated content");
    }

    /** In any case of letters, with blanks around and inside, in quotation marks: servers are not of one mind. */
    private static boolean isDone(byte[] data, int from, int to) {
        int end = to;
        while (end > from && data[end - 1] <= ' ' && data[end - 1] >= 0) {
            end--;
        }
        int start = from;
        if (end - start > 1 && data[start] == '"' && data[end - 1] == '"') {
            start++;
            end--;
        }
        if (end - start < 6 || end - start > LONGEST_WORD || data[start] != '[' || data[end - 1] != ']') {
            return false;
        }
        return new String(data, start + 1, end - start - 2, StandardCharsets.ISO_8859_1)
                .strip()
                .equalsIgnoreCase("done");
    }
}
