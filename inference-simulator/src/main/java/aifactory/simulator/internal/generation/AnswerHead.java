package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.internal.fault.AnswerFaults;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The status line and headers of answers that are generated. */
final class AnswerHead {
    private static final String STREAM_TYPE = "text/event-stream; charset=utf-8";
    private static final byte[] STREAM = "HTTP/1.1 200 OK\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n"
            .formatted(STREAM_TYPE)
            .getBytes(StandardCharsets.US_ASCII);

    /** How the end of a body is indicated. */
    enum Framing {
        CHUNKED,
        LENGTH,
        CLOSE
    }

    private AnswerHead() {}

    /** The framing of an answer on this connection. */
    static Framing framing(AnswerChannel channel, AnswerFaults faults, boolean streamed) {
        if (faults.has(FaultKind.CLOSE_DELIMITED)) {
            return Framing.CLOSE;
        }
        if (faults.has(FaultKind.MALFORMED_CHUNK) || (streamed && channel.understandsChunks())) {
            return Framing.CHUNKED;
        }
        return streamed ? Framing.CLOSE : Framing.LENGTH;
    }

    /** Writes the head of a stream of events. */
    static void writeStream(ByteBuf out, AnswerChannel channel, AnswerFaults faults, Framing framing) {
        if (faults.isEmpty() && framing == Framing.CHUNKED && channel.isPersistent()) {
            out.writeBytes(STREAM);
        } else {
            write(out, channel, faults, framing, STREAM_TYPE, 0);
        }
    }

    /** Writes the head of a stream of another type. */
    static void writeStream(ByteBuf out, AnswerChannel channel, AnswerFaults faults, Framing framing, String type) {
        write(out, channel, faults, framing, type, 0);
    }

    /** Writes the head of a stream of events that is the same for all clients. */
    static void writeConstantStream(ByteBuf out) {
        out.writeBytes(STREAM);
    }

    /** Writes the head of a JSON body of so many bytes. */
    static void writeJson(ByteBuf out, AnswerChannel channel, AnswerFaults faults, Framing framing, int bodyBytes) {
        write(out, channel, faults, framing, "application/json", bodyBytes);
    }

    private static void write(
            ByteBuf out, AnswerChannel channel, AnswerFaults faults, Framing framing, String type, int bodyBytes) {
        StringBuilder head = new StringBuilder(160).append("HTTP/1.1 200 OK\r\n");
        head.append("content-type: ")
                .append(faults.type(FaultKind.CONTENT_TYPE, type))
                .append("\r\n");
        head.append(
                switch (framing) {
                    case CHUNKED -> "transfer-encoding: chunked\r\n";
                    case LENGTH -> "content-length: " + bodyBytes + "\r\n";
                    case CLOSE -> "";
                });
        if (framing == Framing.CLOSE || !channel.isPersistent()) {
            head.append("connection: close\r\n");
        }
        long oversize = faults.number(FaultKind.OVERSIZED_HEADER, FaultParameter.BYTES, 0);
        if (oversize > 0) {
            head.append("x-simulated-header: ").repeat('x', (int) oversize).append("\r\n");
        }
        out.writeCharSequence(head.append("\r\n"), StandardCharsets.US_ASCII);
    }
}
