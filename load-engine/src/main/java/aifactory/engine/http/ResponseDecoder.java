package aifactory.engine.http;

import aifactory.measurement.FailureKind;
import java.util.Arrays;

/**
 * Decodes HTTP/1.1 responses incrementally (RFC 9112): any split of the same bytes gives the same calls to the handler,
 * but for how a body is cut into pieces. Bodies are passed on where they lie; only a line that spans two reads is
 * copied. Allocates nothing in steady state.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
public final class ResponseDecoder {
    private static final int CHUNK_SIZE_DIGITS = 15;

    private enum State {
        STATUS_LINE,
        HEADER_LINES,
        FIXED_BODY,
        CHUNK_SIZE_LINE,
        CHUNK_BODY,
        CHUNK_END_LINE,
        TRAILER_LINES,
        BODY_UNTIL_CLOSE,
        COMPLETE
    }

    private final int maximumHeadBytes;
    private final ResponseHead head = new ResponseHead();
    private State state = State.STATUS_LINE;
    private boolean anyByte;
    private long bodyBytesLeft;
    private int headBytes;
    private byte[] carriedLine = {};
    private int carriedLength;

    /**
     * @param maximumHeadBytes status line and headers, or trailers, beyond which a response is refused
     */
    public ResponseDecoder(int maximumHeadBytes) {
        this.maximumHeadBytes = maximumHeadBytes;
        reset();
    }

    /** Makes ready for the next response. */
    public void reset() {
        state = State.STATUS_LINE;
        anyByte = false;
        headBytes = 0;
        carriedLength = 0;
        head.reset();
    }

    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Whether a byte of the current response has been seen. */
    public boolean hasBegun() {
        return anyByte;
    }

    /** Whether the head of the current response has been read. */
    public boolean hasHead() {
        return state.compareTo(State.HEADER_LINES) > 0;
    }

    /** Whether the next byte begins a chunk of a body in chunked coding. */
    public boolean isBetweenChunks() {
        return state == State.CHUNK_SIZE_LINE && carriedLength == 0;
    }

    public ResponseHead head() {
        return head;
    }

    /**
     * Decodes the bytes up to {@code to} or to the end of the response, whichever comes first.
     *
     * @return the place after the last byte used; less than {@code to} only when the response is complete
     * @throws AnswerFault for bytes that are not HTTP, and any fault of the handler
     */
    public int decode(byte[] bytes, int from, int to, ResponseHandler handler) throws AnswerFault {
        int position = from;
        anyByte |= from < to;
        while (position < to && state != State.COMPLETE) {
            position = switch (state) {
                case FIXED_BODY -> fixedBody(bytes, position, to, handler);
                case CHUNK_BODY -> chunkBody(bytes, position, to, handler);
                case BODY_UNTIL_CLOSE -> {
                    handler.body(bytes, position, to);
                    yield to;
                }
                case STATUS_LINE, HEADER_LINES, CHUNK_SIZE_LINE, CHUNK_END_LINE, TRAILER_LINES ->
                    line(bytes, position, to, handler);
                case COMPLETE -> throw new IllegalStateException("complete");
            };
        }
        return position;
    }

    /**
     * The connection was closed by the server.
     *
     * @throws AnswerFault unless the response's end is the connection's end
     */
    public void closed(ResponseHandler handler) throws AnswerFault {
        if (state == State.BODY_UNTIL_CLOSE) {
            state = State.COMPLETE;
            handler.end();
        } else if (state != State.COMPLETE) {
            throw anyByte
                    ? new AnswerFault(FailureKind.TRUNCATED, "the connection was closed in the middle of the answer")
                    : new AnswerFault(
                            FailureKind.CLOSED_BEFORE_ANSWER, "the connection was closed before the answer began");
        }
    }

    private int fixedBody(byte[] bytes, int from, int to, ResponseHandler handler) throws AnswerFault {
        int end = (int) Math.min(to, from + bodyBytesLeft);
        bodyBytesLeft -= end - from;
        handler.body(bytes, from, end);
        if (bodyBytesLeft == 0) {
            state = State.COMPLETE;
            handler.end();
        }
        return end;
    }

    private int chunkBody(byte[] bytes, int from, int to, ResponseHandler handler) throws AnswerFault {
        int end = (int) Math.min(to, from + bodyBytesLeft);
        bodyBytesLeft -= end - from;
        handler.body(bytes, from, end);
        if (bodyBytesLeft == 0) {
            state = State.CHUNK_END_LINE;
        }
        return end;
    }

    /** Finds the end of the current line, joining it with what an earlier read brought, and has it read. */
    private int line(byte[] bytes, int from, int to, ResponseHandler handler) throws AnswerFault {
        int end = from;
        while (end < to && bytes[end] != '\n') {
            end++;
        }
        headBytes += end - from + 1;
        if (headBytes > maximumHeadBytes) {
            throw new AnswerFault(
                    FailureKind.OVERSIZED_HEADERS,
                    "more than " + maximumHeadBytes + " bytes of headers or chunk sizes");
        }
        if (end == to) {
            carry(bytes, from, to);
            return to;
        }
        if (carriedLength == 0) {
            completeLine(bytes, from, withoutCarriageReturn(bytes, from, end), handler);
        } else {
            carry(bytes, from, end);
            int length = withoutCarriageReturn(carriedLine, 0, carriedLength);
            carriedLength = 0;
            completeLine(carriedLine, 0, length, handler);
        }
        return end + 1;
    }

    private void completeLine(byte[] bytes, int from, int to, ResponseHandler handler) throws AnswerFault {
        switch (state) {
            case STATUS_LINE -> {
                HeaderLines.statusLine(bytes, from, to, head);
                state = State.HEADER_LINES;
            }
            case HEADER_LINES -> {
                if (from < to) {
                    HeaderLines.field(bytes, from, to, head);
                } else {
                    headComplete(handler);
                }
            }
            case CHUNK_SIZE_LINE -> chunkSize(bytes, from, to);
            case CHUNK_END_LINE -> {
                if (from != to) {
                    throw HeaderLines.malformed(
                            "a chunk longer than its size: " + HeaderLines.excerpt(bytes, from, to));
                }
                state = State.CHUNK_SIZE_LINE;
            }
            case TRAILER_LINES -> {
                if (from == to) {
                    state = State.COMPLETE;
                    handler.end();
                }
            }
            case FIXED_BODY, CHUNK_BODY, BODY_UNTIL_CLOSE, COMPLETE -> throw new IllegalStateException(state.name());
        }
    }

    private void headComplete(ResponseHandler handler) throws AnswerFault {
        int status = head.status;
        if (status >= 100 && status < 200) {
            if (status == 101) {
                throw HeaderLines.malformed("the server switched protocols without a request");
            }
            reset();
            anyByte = true;
            return;
        }
        if (head.unknownTransferCoding) {
            throw new AnswerFault(FailureKind.UNEXPECTED_ENCODING, "an unrequested transfer coding");
        }
        headBytes = 0;
        boolean withoutBody = status == 204 || status == 304 || (!head.chunked && head.contentLength == 0);
        if (withoutBody) {
            state = State.COMPLETE;
        } else if (head.chunked) {
            state = State.CHUNK_SIZE_LINE;
        } else if (head.contentLength > 0) {
            bodyBytesLeft = head.contentLength;
            state = State.FIXED_BODY;
        } else {
            head.close = true;
            state = State.BODY_UNTIL_CLOSE;
        }
        handler.head(head);
        if (withoutBody) {
            handler.end();
        }
    }

    /** Hexadecimal digits, then perhaps an extension, which is passed over. */
    private void chunkSize(byte[] bytes, int from, int to) throws AnswerFault {
        long size = 0;
        int position = from;
        while (position < to) {
            int digit = hexadecimalDigit(bytes[position]);
            if (digit < 0) {
                break;
            }
            size = size << 4 | digit;
            position++;
        }
        boolean endsWell =
                position == to || bytes[position] == ';' || bytes[position] == ' ' || bytes[position] == '\t';
        if (position == from || position - from > CHUNK_SIZE_DIGITS || !endsWell) {
            throw HeaderLines.malformed("not a chunk size: " + HeaderLines.excerpt(bytes, from, to));
        }
        headBytes = 0;
        bodyBytesLeft = size;
        state = size == 0 ? State.TRAILER_LINES : State.CHUNK_BODY;
    }

    private static int hexadecimalDigit(byte value) {
        if (value >= '0' && value <= '9') {
            return value - '0';
        }
        int lower = value | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private static int withoutCarriageReturn(byte[] bytes, int from, int to) {
        return to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    }

    private void carry(byte[] bytes, int from, int to) {
        int needed = carriedLength + to - from;
        if (needed > carriedLine.length) {
            carriedLine = Arrays.copyOf(carriedLine, Math.max(needed, Math.max(256, carriedLine.length * 2)));
        }
        System.arraycopy(bytes, from, carriedLine, carriedLength, to - from);
        carriedLength = needed;
    }
}
