package aifactory.simulator.internal.http;

import aifactory.simulator.internal.generation.AnswerChannel;
import aifactory.simulator.internal.generation.OpenAiErrors;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer that needs no generating.
 *
 * @param headers more of them, each ended by CR LF
 * @param isHead whether the body is left out, because the request was HEAD
 */
record PlainAnswer(int status, String contentType, String headers, String body, boolean isHead) {
    private static final String JSON = "application/json";

    static PlainAnswer json(String body) {
        return new PlainAnswer(200, JSON, "", body, false);
    }

    static PlainAnswer text(String contentType, String body) {
        return new PlainAnswer(200, contentType, "", body, false);
    }

    static PlainAnswer error(int status, String message, @Nullable String parameter) {
        return new PlainAnswer(status, JSON, "", OpenAiErrors.json(status, message, parameter), false);
    }

    PlainAnswer withHeader(String name, String value) {
        return new PlainAnswer(status, contentType, headers + name + ": " + value + "\r\n", body, isHead);
    }

    PlainAnswer withContentType(String type) {
        return new PlainAnswer(status, type, headers, body, isHead);
    }

    /** The same to a HEAD request: with the length of the body, and without the body (RFC 9110, 9.3.2). */
    PlainAnswer withoutBody() {
        return new PlainAnswer(status, contentType, headers, body, true);
    }

    /** Sends it and ends the answer. */
    void sendTo(AnswerChannel channel, boolean closeAfterwards) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        boolean close = closeAfterwards || !channel.isPersistent();
        String head = "HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\ncontent-type: " + contentType
                + "\r\ncontent-length: " + bytes.length + "\r\n" + headers + (close ? "connection: close\r\n" : "")
                + "\r\n";
        ByteBuf out = channel.allocate(head.length() + bytes.length);
        out.writeCharSequence(head, StandardCharsets.US_ASCII);
        if (!isHead) {
            out.writeBytes(bytes);
        }
        channel.finish(out, close);
    }
}
