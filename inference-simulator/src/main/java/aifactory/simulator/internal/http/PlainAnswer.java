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
 */
record PlainAnswer(int status, String contentType, String headers, String body) {
    private static final String JSON = "application/json";

    static PlainAnswer json(String body) {
        return new PlainAnswer(200, JSON, "", body);
    }

    static PlainAnswer text(String contentType, String body) {
        return new PlainAnswer(200, contentType, "", body);
    }

    static PlainAnswer error(int status, String message, @Nullable String parameter) {
        return new PlainAnswer(status, JSON, "", OpenAiErrors.json(status, message, parameter));
    }

    PlainAnswer withHeader(String name, String value) {
        return new PlainAnswer(status, contentType, headers + name + ": " + value + "\r\n", body);
    }

    PlainAnswer withContentType(String type) {
        return new PlainAnswer(status, type, headers, body);
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
        out.writeBytes(bytes);
        channel.finish(out, close);
    }
}
