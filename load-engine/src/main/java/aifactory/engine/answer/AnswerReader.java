package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.ResponseHandler;
import aifactory.engine.http.ResponseHead;
import aifactory.measurement.FailureKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one request, streamed or not, and judges at its end whether it was a complete and proper one.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
public final class AnswerReader implements ResponseHandler, ServerSentEventDecoder.EventHandler {
    private static final int ERROR_BODY_BYTES = 8192;

    private enum Mode {
        EVENTS,
        WHOLE_BODY,
        /** A status that is not success: its body is kept, up to a bound, for the message. */
        ERROR_BODY
    }

    private final AnswerListener listener;
    private final boolean streaming;
    private final int maximumEventBytes;
    private final ServerSentEventDecoder events;
    private final SharedScanning shared;
    /** Of an endpoint that only the user knows; null for the known ones. */
    private final @Nullable TemplateAnswer custom;

    /** Null where no text is kept. */
    private final @Nullable KeptText text;

    private Mode mode = Mode.WHOLE_BODY;
    private boolean contentTypeIsWrong;
    private int status;
    private boolean anyContent;
    private boolean finished;
    private boolean done;
    private boolean anyToolCall;
    private boolean usage;
    private long promptTokens;
    private long completionTokens;
    private byte[] body = new byte[0];
    private int bodyLength;
    private int eventsRead;

    /**
     * @param shared with the other connections of the event loop
     * @param kind of the answers
     * @param maximumEventBytes the longest event, and the longest answer that is not streamed
     */
    public AnswerReader(AnswerListener listener, SharedScanning shared, AnswerKind kind, int maximumEventBytes) {
        this.shared = shared;
        this.listener = listener;
        this.streaming = kind.streaming();
        this.maximumEventBytes = maximumEventBytes;
        this.events = new ServerSentEventDecoder(maximumEventBytes);
        this.custom = kind.contentPointer() == null ? null : new TemplateAnswer(kind.contentPointer());
        this.text = kind.keepsText() ? new KeptText() : null;
    }

    /** Makes ready for the next answer. */
    public void reset() {
        events.reset();
        if (text != null) {
            text.clear();
        }
        mode = Mode.WHOLE_BODY;
        status = 0;
        anyContent = false;
        finished = false;
        done = false;
        anyToolCall = false;
        usage = false;
        promptTokens = 0;
        completionTokens = 0;
        bodyLength = 0;
    }

    /** The status of the answer, 0 before its head was read. */
    public int status() {
        return status;
    }

    public boolean hasUsage() {
        return usage;
    }

    /**
     * What the model has said so far, without its reasoning, as the inside of a JSON string, as it came; empty where it is not kept.
     */
    public byte[] text() {
        return text == null ? new byte[0] : text.said.toByteArray();
    }

    /** What the model has thought so far, in the same form; empty where it is not kept. */
    public byte[] reasoningText() {
        return text == null ? new byte[0] : text.reasoning.toByteArray();
    }

    /** What the first chunk with content brought of both texts, in the same form; empty where it is not kept, or nothing was streamed. */
    public byte[] firstChunkText() {
        return text == null ? new byte[0] : text.firstChunk();
    }

    /** Whether all that was generated is in the texts: calls of tools have tokens too. */
    public boolean isAllText() {
        return text != null && text.length() > 0 && !anyToolCall;
    }

    /** The server's count of input tokens; 0 without {@link #hasUsage()}. */
    public long promptTokens() {
        return promptTokens;
    }

    /** The server's count of output tokens; 0 without {@link #hasUsage()}. */
    public long completionTokens() {
        return completionTokens;
    }

    /**
     * Whether an event with content that comes now changes nothing here, so that it may be read without this reader: content has come
     * before, and nothing is kept of it.
     */
    public boolean isIndifferentToContent() {
        return anyContent && mode == Mode.EVENTS && text == null && custom == null && events.isBetweenEvents();
    }

    /** Events so far of all answers, modulo 2^32. */
    public int eventsRead() {
        return eventsRead;
    }

    /** Whether no part of an event has been read whose end has not. */
    public boolean isBetweenEvents() {
        return mode == Mode.EVENTS && events.isBetweenEvents();
    }

    @Override
    public void head(ResponseHead head) {
        status = head.status();
        if (status < 200 || status > 299) {
            mode = Mode.ERROR_BODY;
        } else if (streaming && head.mediaType() == ResponseHead.MediaType.EVENT_STREAM) {
            mode = Mode.EVENTS;
        } else {
            mode = Mode.WHOLE_BODY;
        }
        contentTypeIsWrong = mode == Mode.WHOLE_BODY
                && (streaming
                        || head.mediaType() == ResponseHead.MediaType.EVENT_STREAM
                        || head.mediaType() == ResponseHead.MediaType.OTHER);
    }

    @Override
    public void body(byte[] bytes, int from, int to) throws AnswerFault {
        switch (mode) {
            case EVENTS -> events.decode(bytes, from, to, this);
            case WHOLE_BODY -> {
                if (bodyLength + to - from > maximumEventBytes) {
                    throw new AnswerFault(
                            FailureKind.OVERSIZED_EVENT, "an answer of more than " + maximumEventBytes + " bytes");
                }
                keep(bytes, from, to);
            }
            case ERROR_BODY -> keep(bytes, from, Math.min(to, from + ERROR_BODY_BYTES - bodyLength));
        }
    }

    @Override
    public void event(byte[] data, int from, int to) throws AnswerFault {
        eventsRead++;
        EventTemplate template = text == null ? shared.templateOf(data, from, to) : null;
        if (template != null) {
            anyContent = true;
            listener.content(!template.isReasoning());
            return;
        }
        if (isDone(data, from, to)) {
            done = true;
            return;
        }
        if (custom != null) {
            customEvent(custom, data, from, to);
            return;
        }
        AnswerScanner scanner = shared.scanner;
        scan(scanner, data, from, to);
        if (scanner.error) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, ErrorText.of(data, from, to));
        }
        takeUsage(scanner);
        finished |= scanner.finished;
        if (scanner.hasContent()) {
            anyContent = true;
            boolean output = scanner.text || scanner.toolCall;
            shared.rememberTemplate(data, from, to);
            listener.content(output);
        }
    }

    private void scan(AnswerScanner scanner, byte[] data, int from, int to) throws AnswerFault {
        if (text == null) {
            scanner.scan(data, from, to);
        } else {
            scanner.scan(data, from, to, text);
            requireKeepable(text);
            anyToolCall |= scanner.toolCall;
        }
    }

    private void read(TemplateAnswer answer, byte[] data, int from, int to) throws AnswerFault {
        answer.read(data, from, to);
        if (text != null) {
            text.said.append(answer.escapedText());
            requireKeepable(text);
        }
        takeUsage(answer);
    }

    private void requireKeepable(KeptText kept) throws AnswerFault {
        if (kept.length() > maximumEventBytes) {
            throw new AnswerFault(
                    FailureKind.OVERSIZED_EVENT,
                    "a text of more than " + maximumEventBytes + " bytes, which the next turn would have to carry");
        }
    }

    private void customEvent(TemplateAnswer answer, byte[] data, int from, int to) throws AnswerFault {
        read(answer, data, from, to);
        // How such a stream ends is not known: its end is that of the body.
        finished = true;
        if (answer.hasContent()) {
            anyContent = true;
            listener.content(true);
        }
    }

    private void takeUsage(TemplateAnswer answer) {
        if (answer.hasUsage()) {
            usage = true;
            promptTokens = answer.promptTokens();
            completionTokens = answer.completionTokens();
        }
    }

    @Override
    public void end() throws AnswerFault {
        switch (mode) {
            case EVENTS -> endOfEvents();
            case WHOLE_BODY -> endOfBody();
            case ERROR_BODY -> throw new AnswerFault(kindOfStatus(status), statusDetail());
        }
    }

    private void endOfEvents() throws AnswerFault {
        if (!done && !finished) {
            throw new AnswerFault(FailureKind.TRUNCATED, "the stream ended without [DONE] or a finish_reason");
        }
        if (!anyContent) {
            throw noContent();
        }
    }

    private void endOfBody() throws AnswerFault {
        if (contentTypeIsWrong && !looksLikeJson()) {
            throw new AnswerFault(
                    FailureKind.UNEXPECTED_CONTENT_TYPE,
                    "a content type that was not asked for: " + ErrorText.excerpt(body, 0, bodyLength));
        }
        boolean content = custom == null ? readKnownBody() : readCustomBody(custom);
        if (contentTypeIsWrong) {
            throw new AnswerFault(FailureKind.UNEXPECTED_CONTENT_TYPE, "a stream was asked for, JSON came");
        }
        if (!content) {
            throw noContent();
        }
        anyContent = true;
    }

    private boolean readKnownBody() throws AnswerFault {
        AnswerScanner scanner = shared.scanner;
        scan(scanner, body, 0, bodyLength);
        if (scanner.error) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, ErrorText.of(body, 0, bodyLength));
        }
        takeUsage(scanner);
        return scanner.hasContent();
    }

    private boolean readCustomBody(TemplateAnswer answer) throws AnswerFault {
        read(answer, body, 0, bodyLength);
        return answer.hasContent();
    }

    private boolean looksLikeJson() {
        for (int i = 0; i < bodyLength; i++) {
            if (body[i] > ' ') {
                return body[i] == '{' || (custom != null && body[i] == '[');
            }
        }
        return false;
    }

    private void takeUsage(AnswerScanner scanner) {
        if (scanner.usage) {
            usage = true;
            promptTokens = scanner.promptTokens;
            completionTokens = scanner.completionTokens;
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (to <= from) {
            return;
        }
        int needed = bodyLength + to - from;
        if (needed > body.length) {
            body = Arrays.copyOf(body, Math.max(needed, Math.max(1024, body.length * 2)));
        }
        System.arraycopy(bytes, from, body, bodyLength, to - from);
        bodyLength = needed;
    }

    private String statusDetail() {
        return bodyLength == 0
                ? "HTTP status " + status
                : "HTTP status " + status + ": " + ErrorText.of(body, 0, bodyLength);
    }

    private static FailureKind kindOfStatus(int status) {
        if (status == 429) {
            return FailureKind.RATE_LIMITED;
        }
        if (status >= 400 && status < 500) {
            return FailureKind.HTTP_CLIENT_ERROR;
        }
        return status >= 500 && status < 600 ? FailureKind.HTTP_SERVER_ERROR : FailureKind.HTTP_UNEXPECTED_STATUS;
    }

    private static AnswerFault noContent() {
        return new AnswerFault(FailureKind.NO_CONTENT, "a complete answer without any generated content");
    }

    private static boolean isDone(byte[] data, int from, int to) {
        return to - from == 6
                && data[from] == '['
                && data[from + 1] == 'D'
                && data[from + 2] == 'O'
                && data[from + 3] == 'N'
                && data[from + 4] == 'E'
                && data[from + 5] == ']';
    }
}
