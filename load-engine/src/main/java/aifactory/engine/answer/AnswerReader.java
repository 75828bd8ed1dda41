package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.BodyInflater;
import aifactory.engine.http.ResponseHandler;
import aifactory.engine.http.ResponseHead;
import aifactory.engine.http.ResponseHead.MediaType;
import aifactory.measurement.FailureKind;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.TokenSource;
import aifactory.workload.AiServerAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer to one request, streamed or not, and judges at its end whether it was a complete and proper one. It
 * goes by what the body is, not by what its head calls it.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
public final class AnswerReader implements ResponseHandler {
    private static final int ERROR_BODY_BYTES = 8192;
    /** The first byte of gzip; the text of no answer begins so. */
    private static final byte GZIP_START = 0x1f;

    private enum Mode {
        EVENTS,
        /** A stream was requested but another type is announced: the first bytes determine the format. */
        UNDECIDED,
        WHOLE_BODY,
        /** A status that is not success: its body is kept, up to a bound, for the message. */
        ERROR_BODY
    }

    private final AnswerContent content;
    private final StreamEvents events;
    private final boolean streaming;
    private final int maximumBodyBytes;
    private final Set<ResponseRemark> remarks = EnumSet.noneOf(ResponseRemark.class);

    private Mode mode = Mode.WHOLE_BODY;
    private MediaType mediaType = MediaType.ABSENT;
    private int status;
    private String location = "";
    private boolean anyByte;
    private @Nullable BodyInflater inflater;
    private @Nullable String servedBy;
    private byte[] body = new byte[0];
    private int bodyLength;

    /**
     * @param shared with the other connections of the event loop
     * @param kind of the answers
     * @param maximumEventBytes the longest event, and the longest answer that is not streamed
     */
    public AnswerReader(AnswerListener listener, SharedScanning shared, AnswerKind kind, int maximumEventBytes) {
        this.content = new AnswerContent(listener, shared, kind, maximumEventBytes);
        this.events = new StreamEvents(content, maximumEventBytes);
        this.streaming = kind.streaming();
        this.maximumBodyBytes = maximumEventBytes;
    }

    /** Notes where the answers of the connection come from; null where that is no news. */
    public void servedBy(@Nullable String address) {
        servedBy = address;
    }

    /** Makes ready for the next answer. */
    public void reset() {
        content.clear();
        events.clear();
        if (!remarks.isEmpty()) {
            remarks.clear();
        }
        closeInflater();
        mode = Mode.WHOLE_BODY;
        status = 0;
        location = "";
        anyByte = false;
        bodyLength = 0;
    }

    private void closeInflater() {
        if (inflater != null) {
            inflater.close();
            inflater = null;
        }
    }

    /** The status of the answer, 0 before its head was read. */
    public int status() {
        return status;
    }

    /** Whether the server gave counts of tokens, possible or not. */
    public boolean hasUsage() {
        return content.usage.seen();
    }

    /**
     * What the model has said so far, without its reasoning, as the inside of a JSON string, as it came; empty where it
     * is not kept.
     */
    public byte[] text() {
        return content.text();
    }

    /** What the model has thought so far, in the same form; empty where it is not kept. */
    public byte[] reasoningText() {
        return content.reasoningText();
    }

    /**
     * What the first chunk with content brought of both texts, in the same form; empty where it is not kept, or nothing
     * was streamed.
     */
    public byte[] firstChunkText() {
        return content.firstChunkText();
    }

    /**
     * What the model has said, in the same form, where it may be a document; null where it is not kept, was too long
     * or is a call of a tool.
     */
    public byte @Nullable [] document() {
        return content.document();
    }

    /** Whether all that was generated is in the texts: calls of tools have tokens too. */
    public boolean isAllText() {
        return content.isAllText();
    }

    /** The server's count of input tokens; null where it gave none, or one that is no count. */
    public @Nullable Integer promptTokens() {
        return content.usage.promptTokens();
    }

    /** The server's count of output tokens; null where it gave none, or one that is no count. */
    public @Nullable Integer completionTokens() {
        return content.usage.completionTokens();
    }

    /**
     * Whether the server's count of output tokens cannot be right: missing although it sent counts, or less than what
     * arrived.
     *
     * @param chunks with content that came
     */
    public boolean isUsageMismatch(int chunks) {
        Integer counted = completionTokens();
        return hasUsage() && content.isGenerated() && (counted == null || counted == 0 || counted < chunks);
    }

    /** Whether the answer is of a kind that has output tokens. */
    public boolean isGenerated() {
        return content.isGenerated();
    }

    /**
     * What the answer said of itself.
     *
     * @param chunks with content that came
     */
    public ResponseDetails details(int chunks) {
        return new ResponseDetails(
                content.finish.joined(),
                completionTokens(),
                chunks > 0 ? Integer.valueOf(chunks) : null,
                chunks > 0 ? TokenSource.CHUNKS : null,
                content.usage.ofFirstChunk(chunks),
                events.skipped(),
                remarks,
                null,
                servedBy,
                null);
    }

    /** Has it remarked that the server's counts were not believed. */
    public void remarkUsageMismatch() {
        remarks.add(ResponseRemark.USAGE_MISMATCH);
    }

    /** Has it remarked that the request was sent again with a renewed key. */
    public void remarkKeyRenewed() {
        remarks.add(ResponseRemark.KEY_RENEWED);
    }

    /** Whether the server has said that its stream ends here. */
    public boolean isDone() {
        return mode == Mode.EVENTS && events.isDone();
    }

    /**
     * Whether another event with content changes nothing here, so that it need not pass through this reader: content
     * has arrived before, and it is not kept.
     */
    public boolean isIndifferentToContent() {
        return mode == Mode.EVENTS && inflater == null && content.isIndifferentToContent() && events.isBetweenEvents();
    }

    /** Events so far of all answers, modulo 2^32. */
    public int eventsRead() {
        return events.eventsRead();
    }

    /** Whether no part of an event has been read whose end has not. */
    public boolean isBetweenEvents() {
        return mode == Mode.EVENTS && events.isBetweenEvents();
    }

    /** The choices that are known to be in the answer, a bit each: those that may be read without this reader. */
    public long choices() {
        return content.choices();
    }

    @Override
    public void head(ResponseHead head) throws AnswerFault {
        status = head.status();
        location = head.location();
        mediaType = head.mediaType();
        if (status < 200 || status > 299) {
            mode = Mode.ERROR_BODY;
        } else if (!streaming) {
            mode = Mode.WHOLE_BODY;
        } else {
            mode = mediaType == MediaType.EVENT_STREAM && !content.isLines() ? Mode.EVENTS : Mode.UNDECIDED;
        }
        switch (head.contentCoding()) {
            case NONE -> {
                // As asked for.
            }
            case GZIP -> compressed(true);
            case DEFLATE -> compressed(false);
            case OTHER -> throw unknownCoding(head.contentCodingName());
        }
    }

    private void compressed(boolean gzip) {
        inflater = new BodyInflater(gzip);
        remarks.add(ResponseRemark.COMPRESSED);
    }

    private AnswerFault unknownCoding(String coding) {
        return mode == Mode.ERROR_BODY
                ? new AnswerFault(kindOfStatus(status), "HTTP status " + status + ", its body compressed as " + coding)
                : new AnswerFault(
                        FailureKind.UNEXPECTED_ENCODING,
                        "a body compressed as " + coding + ", which was not requested and is not supported");
    }

    @Override
    public void body(byte[] bytes, int from, int to) throws AnswerFault {
        if (from == to) {
            return;
        }
        // Some servers compress and do not say so.
        if (!anyByte && inflater == null && bytes[from] == GZIP_START) {
            compressed(true);
        }
        anyByte = true;
        BodyInflater decoder = inflater;
        if (decoder == null) {
            plainBody(bytes, from, to);
        } else {
            decoder.decode(bytes, from, to, this::plainBody);
        }
    }

    private void plainBody(byte[] bytes, int from, int to) throws AnswerFault {
        switch (mode) {
            case EVENTS -> events.decode(bytes, from, to);
            case UNDECIDED -> {
                keepWhole(bytes, from, to);
                decide(false);
            }
            case WHOLE_BODY -> keepWhole(bytes, from, to);
            case ERROR_BODY -> keep(bytes, from, Math.min(to, from + ERROR_BODY_BYTES - bodyLength));
        }
    }

    /** Continues with the format that the body starts with, once enough of it has arrived. */
    private void decide(boolean complete) throws AnswerFault {
        BodyStart start = BodyStart.of(body, bodyLength, complete);
        boolean lines = content.isLines() && start == BodyStart.JSON;
        if (lines || (start == BodyStart.EVENTS && !content.isLines())) {
            if (!lines) {
                remarks.add(ResponseRemark.OTHER_CONTENT_TYPE);
            }
            mode = Mode.EVENTS;
            int length = bodyLength;
            bodyLength = 0;
            events.decode(body, 0, length);
        } else if (start != BodyStart.UNKNOWN) {
            mode = Mode.WHOLE_BODY;
        }
    }

    @Override
    public void end() throws AnswerFault {
        if (mode == Mode.UNDECIDED) {
            decide(true);
        }
        boolean cut = inflater != null && anyByte && !inflater.hasEnded();
        if (cut && mode != Mode.ERROR_BODY && !events.isDone()) {
            AnswerFault known = knownFailure();
            throw known == null
                    ? new AnswerFault(FailureKind.TRUNCATED, "the compressed body ended before its end")
                    : known;
        }
        switch (mode) {
            case EVENTS -> events.end();
            case WHOLE_BODY, UNDECIDED -> endOfBody();
            case ERROR_BODY -> throw new AnswerFault(kindOfStatus(status), statusDetail());
        }
    }

    /**
     * What the server itself has said went wrong, in an answer that did not come to its end; null when it has said
     * nothing of the kind.
     */
    public @Nullable AnswerFault knownFailure() {
        if (mode == Mode.EVENTS) {
            return events.knownFailure();
        }
        if (mode == Mode.ERROR_BODY) {
            return new AnswerFault(kindOfStatus(status), statusDetail());
        }
        return null;
    }

    private void endOfBody() throws AnswerFault {
        if (bodyLength == 0) {
            throw new AnswerFault(FailureKind.NO_CONTENT, "HTTP status " + status + " with an empty body");
        }
        BodyStart start = BodyStart.of(body, bodyLength, true);
        boolean perhapsJson = start == BodyStart.OTHER && (mediaType == MediaType.JSON || content.isCustom());
        if (BodyStart.isZstandard(body, bodyLength)) {
            throw unknownCoding("zstd");
        } else if (start != BodyStart.JSON && !perhapsJson) {
            throw new AnswerFault(FailureKind.UNEXPECTED_CONTENT_TYPE, whatElse(start));
        }
        content.takeBody(body, BodyStart.from(body, bodyLength), bodyLength);
        AnswerFault aborted = content.aborted();
        if (aborted != null) {
            throw aborted;
        }
        if (streaming && content.any()) {
            throw new AnswerFault(FailureKind.UNEXPECTED_CONTENT_TYPE, "received JSON instead of the requested stream");
        }
        if (!content.any()) {
            throw new AnswerFault(
                    FailureKind.NO_CONTENT,
                    "an answer without any generated content: " + ErrorText.excerpt(body, 0, bodyLength));
        }
        if (mediaType == MediaType.OTHER || mediaType == MediaType.EVENT_STREAM) {
            remarks.add(ResponseRemark.OTHER_CONTENT_TYPE);
        }
    }

    private String whatElse(BodyStart start) {
        String excerpt = ErrorText.excerpt(body, 0, bodyLength);
        return switch (start) {
            case PAGE -> "received a web page instead of an answer: " + excerpt;
            case EVENTS -> "received an unrequested stream: " + excerpt;
            case JSON, OTHER, UNKNOWN -> "neither JSON nor an event stream: " + excerpt;
        };
    }

    private void keepWhole(byte[] bytes, int from, int to) throws AnswerFault {
        if (bodyLength + to - from > maximumBodyBytes) {
            throw new AnswerFault(FailureKind.OVERSIZED_EVENT, "an answer of more than " + maximumBodyBytes + " bytes");
        }
        keep(bytes, from, to);
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
        if (!location.isEmpty()) {
            // The body of a redirect repeats its target with the query, which may hold a key.
            return "HTTP status " + status + " to " + AiServerAddress.withoutSecrets(location);
        }
        return bodyLength == 0
                ? "HTTP status " + status
                : "HTTP status " + status + ": " + ServerErrors.messageOf(body, 0, bodyLength);
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
}
