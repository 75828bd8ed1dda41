package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.internal.fault.AnswerFaults;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the events of one streamed answer, framed as chunks of HTTP. What an event says about its answer is encoded
 * once; a chunk with content then is some copies of bytes. Owned by the answer's event loop.
 */
final class EventEncoder {
    private static final byte[] NOTHING = {};
    /**
     * The end of one sequence of UTF-8 without its beginning, a beginning without its end, and a byte that is never in
     * it.
     */
    private static final byte[] NOT_UTF8 = {(byte) 0xA9, (byte) 0xC3, '(', (byte) 0xFF};

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAMING_BYTES = 12;

    private final String dataPrefix;
    private final String eventEnd;
    private final String eventOpening;
    private final byte[] contentOpening;
    private final byte[] contentEnd;
    private final boolean chunked;
    private final AnswerText text;

    private int eventCount;
    private int contentCount;

    /** Of an answer with a generated text. */
    EventEncoder(AnswerIdentity identity, AnswerFaults faults, boolean chunked) {
        this(identity, AnswerText.words(identity.seed()), faults, chunked);
    }

    EventEncoder(AnswerIdentity identity, AnswerText text, AnswerFaults faults, boolean chunked) {
        dataPrefix = faults.has(FaultKind.NO_SPACE) ? "data:" : "data: ";
        eventEnd = faults.has(FaultKind.CRLF) ? "\r\n\r\n" : "\n\n";
        eventOpening = identity.opening(true);
        contentOpening = (dataPrefix + eventOpening).getBytes(StandardCharsets.UTF_8);
        contentEnd = eventEnd.getBytes(StandardCharsets.US_ASCII);
        this.chunked = chunked;
        this.text = text;
    }

    /** Bytes that a chunk of so many tokens takes at most. */
    int contentBytes(int tokens) {
        return contentOpening.length + 256 + tokens * Vocabulary.BYTES_PER_TOKEN;
    }

    /** A chunk with generated content. */
    void content(ByteBuf out, DeltaKind kind, int firstToken, int tokens) {
        content(out, kind, firstToken, tokens, NOTHING, kind.after);
    }

    /** A chunk whose content is not UTF-8. */
    void contentNotUtf8(ByteBuf out, DeltaKind kind, int firstToken, int tokens) {
        content(out, kind, firstToken, tokens, NOT_UTF8, kind.after);
    }

    /** A chunk whose JSON ends too early. */
    void contentMalformed(ByteBuf out, DeltaKind kind, int firstToken, int tokens) {
        content(out, kind, firstToken, tokens, NOTHING, NOTHING);
    }

    /** A chunk of at least so many bytes. */
    void contentOversized(ByteBuf out, DeltaKind kind, int firstToken, int tokens, int bytes) {
        byte[] filling = new byte[bytes];
        Arrays.fill(filling, (byte) 'x');
        content(out, kind, firstToken, tokens, filling, kind.after);
    }

    private void content(ByteBuf out, DeltaKind kind, int firstToken, int tokens, byte[] extra, byte[] after) {
        beginChunk(
                out,
                contentOpening.length
                        + kind.before.length
                        + text.escapedBytes(firstToken, tokens)
                        + extra.length
                        + after.length
                        + contentEnd.length);
        out.writeBytes(contentOpening);
        out.writeBytes(kind.before);
        text.writeEscaped(out, firstToken, tokens);
        out.writeBytes(extra);
        out.writeBytes(after);
        out.writeBytes(contentEnd);
        endChunk(out);
        eventCount++;
        contentCount++;
    }

    /** The first event of a chat: the role and no content. */
    void role(ByteBuf out) {
        event(
                out,
                eventOpening
                        + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                        + "\"logprobs\":null,\"finish_reason\":null}]}");
    }

    /** The event that says why the output ended. */
    void finish(ByteBuf out, boolean isChat, String reason) {
        String choice = isChat ? "[{\"index\":0,\"delta\":{}" : "[{\"index\":0,\"text\":\"\"";
        event(out, eventOpening + choice + ",\"logprobs\":null,\"finish_reason\":\"" + reason + "\"}]}");
    }

    /** The event with the usage and no choices. */
    void usage(ByteBuf out, String usageJson) {
        event(out, eventOpening + "[],\"usage\":" + usageJson + "}");
    }

    /** An event of any data. */
    void event(ByteBuf out, String data) {
        piece(out, dataPrefix + data + eventEnd);
        eventCount++;
    }

    /**
     * A piece of a dialect, with its framing.
     *
     * @param hasContent whether there is generated content in it
     */
    void piece(ByteBuf out, byte[] bytes, boolean hasContent) {
        out.ensureWritable(bytes.length + FRAMING_BYTES);
        beginChunk(out, bytes.length);
        out.writeBytes(bytes);
        endChunk(out);
        eventCount++;
        contentCount += hasContent ? 1 : 0;
    }

    /** A comment, which is no event. */
    void comment(ByteBuf out) {
        piece(out, ": ping" + eventEnd);
    }

    /** A chunk whose length is not a number. */
    static void malformedChunk(ByteBuf out) {
        out.writeCharSequence("not-a-length\r\ndata: {}\n\n\r\n", StandardCharsets.US_ASCII);
    }

    /** The end of the body. */
    void end(ByteBuf out, boolean withTrailers) {
        if (chunked) {
            String trailers = withTrailers ? "x-simulated-trailer: one\r\nx-simulated-checksum: two\r\n" : "";
            out.writeCharSequence("0\r\n" + trailers + "\r\n", StandardCharsets.US_ASCII);
        }
    }

    /** Events written since the last call. */
    int takeEventCount() {
        int count = eventCount;
        eventCount = 0;
        return count;
    }

    /** Events with content written since the last call. */
    int takeContentCount() {
        int count = contentCount;
        contentCount = 0;
        return count;
    }

    private void piece(ByteBuf out, String event) {
        byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
        out.ensureWritable(bytes.length + FRAMING_BYTES);
        beginChunk(out, bytes.length);
        out.writeBytes(bytes);
        endChunk(out);
    }

    /** Bytes that are not UTF-8, for the middle of a text. */
    static byte[] notUtf8() {
        return NOT_UTF8.clone();
    }

    private void beginChunk(ByteBuf out, int bytes) {
        if (!chunked) {
            return;
        }
        int digits = Math.max(1, (35 - Integer.numberOfLeadingZeros(bytes)) / 4);
        for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
            out.writeByte(HEX[(bytes >>> shift) & 0xF]);
        }
        out.writeShort(('\r' << 8) | '\n');
    }

    private void endChunk(ByteBuf out) {
        if (chunked) {
            out.writeShort(('\r' << 8) | '\n');
        }
    }
}
