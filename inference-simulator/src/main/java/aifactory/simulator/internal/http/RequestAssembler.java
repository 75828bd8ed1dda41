package aifactory.simulator.internal.http;

import aifactory.simulator.internal.timing.ServerClock;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts requests together from what the decoder yields, within a bound. Owned by its connection's event loop. */
final class RequestAssembler {
    private static final byte[] NOTHING = {};

    private final ServerClock clock;
    private final int maxBodyBytes;

    private @Nullable HttpRequest head;
    private byte[] body = NOTHING;
    private int bodyBytes;

    RequestAssembler(ServerClock clock, int maxBodyBytes) {
        this.clock = clock;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * Takes the head of a request.
     *
     * @return the answer to a request that cannot be read on, after which the connection must close; null when all is
     *      well
     */
    @Nullable
    PlainAnswer begin(HttpRequest newHead) {
        if (newHead.decoderResult().isFailure()) {
            return undecodable(newHead.decoderResult().cause());
        }
        long length = HttpUtil.getContentLength(newHead, 0L);
        if (length > maxBodyBytes) {
            return tooLarge();
        }
        head = newHead;
        body = length == 0 ? NOTHING : new byte[(int) length];
        bodyBytes = 0;
        return null;
    }

    /**
     * Takes a part of a body; does not release it.
     *
     * @return as {@link #begin}
     */
    @Nullable
    PlainAnswer append(HttpContent part) {
        if (part.decoderResult().isFailure()) {
            return undecodable(part.decoderResult().cause());
        }
        ByteBuf content = part.content();
        int bytes = content.readableBytes();
        if (bytes == 0) {
            return null;
        }
        if (bytes > maxBodyBytes - bodyBytes) {
            return tooLarge();
        }
        if (bodyBytes + bytes > body.length) {
            int doubled = (int) Math.min(maxBodyBytes, 2L * body.length);
            body = Arrays.copyOf(body, Math.max(bodyBytes + bytes, doubled));
        }
        content.readBytes(body, bodyBytes, bytes);
        bodyBytes += bytes;
        return null;
    }

    /** The request that ends with this part; null when it does not end yet. */
    @Nullable
    ReceivedRequest end(HttpContent part) {
        HttpRequest request = head;
        if (request == null || !(part instanceof LastHttpContent)) {
            return null;
        }
        head = null;
        byte[] whole = bodyBytes == body.length ? body : Arrays.copyOf(body, bodyBytes);
        body = NOTHING;
        String uri = request.uri();
        int query = uri.indexOf('?');
        long now = clock.trueNanoTime();
        String requestId = request.headers().get("x-request-id", "");
        return new ReceivedRequest(
                request.method(),
                query < 0 ? uri : uri.substring(0, query),
                requestId,
                HttpUtil.isKeepAlive(request),
                request.protocolVersion().equals(HttpVersion.HTTP_1_0),
                whole,
                clock.at(now),
                now);
    }

    /** Whether the client waits for a word before it sends the body. */
    static boolean awaitsContinue(HttpRequest request) {
        return request.headers().containsValue(HttpHeaderNames.EXPECT, "100-continue", true);
    }

    private PlainAnswer tooLarge() {
        return PlainAnswer.error(
                413,
                "The body is larger than " + maxBodyBytes
                        + " bytes; send less or start the simulator with a larger --max-body-bytes.",
                null);
    }

    private static PlainAnswer undecodable(Throwable cause) {
        String message = "The request is not valid HTTP/1.1: " + cause.getMessage();
        int status = 400;
        if (cause instanceof TooLongHttpLineException) {
            status = 414;
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = 431;
        }
        return PlainAnswer.error(status, message, null);
    }
}
