package aifactory.engine.loop;

import aifactory.access.ProxyRefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks an HTTP proxy for a tunnel before anything else of a connection happens (RFC 9110, CONNECT). The handlers behind
 * it learn of the open channel when the tunnel is open, and this one leaves.
 *
 * <p>Belongs to its event loop.
 */
final class ProxyTunnel extends ChannelInboundHandlerAdapter {
    /** Why the tunnel was not opened. */
    static final AttributeKey<Throwable> FAILURE = AttributeKey.valueOf(ProxyTunnel.class, "failure");

    private static final int LARGEST_HEAD_BYTES = 64 << 10;

    private final String target;
    private final String proxy;
    private final long timeoutMillis;
    private final ByteBuf head = Unpooled.buffer(256);
    private @Nullable Future<?> timeout;

    /**
     * @param target {@code HOST:PORT} of the AI server
     * @param proxy for messages
     */
    ProxyTunnel(String target, String proxy, long timeoutMillis) {
        this.target = target;
        this.proxy = proxy;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        timeout = context.executor()
                .schedule(
                        () -> fail(context, "did not answer CONNECT " + target + " within " + timeoutMillis + " ms"),
                        timeoutMillis,
                        TimeUnit.MILLISECONDS);
        byte[] request =
                ("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        var _ = context.writeAndFlush(Unpooled.wrappedBuffer(request));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            while (buffer.isReadable()) {
                head.writeByte(buffer.readByte());
                if (isComplete()) {
                    answered(context, buffer);
                    return;
                }
                if (head.readableBytes() > LARGEST_HEAD_BYTES) {
                    fail(context, "sent headers of more than 64 KiB");
                    return;
                }
            }
        } finally {
            buffer.release();
        }
    }

    private boolean isComplete() {
        int end = head.writerIndex();
        return end >= 2
                && head.getByte(end - 1) == '\n'
                && (head.getByte(end - 2) == '\n' || (end >= 4 && head.getByte(end - 3) == '\n'));
    }

    private void answered(ChannelHandlerContext context, ByteBuf rest) {
        String line = head.toString(StandardCharsets.ISO_8859_1).split("\r?\n", 2)[0];
        if (!line.matches("HTTP/1\\.[01] 2[0-9]{2}( .*)?")) {
            fail(context, "answered '" + line.substring(0, Math.min(100, line.length())) + "' to CONNECT " + target);
            return;
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
        byte[] behind = new byte[rest.readableBytes()];
        rest.readBytes(behind);
        context.fireChannelActive();
        if (behind.length > 0) {
            context.fireChannelRead(Unpooled.wrappedBuffer(behind));
        }
        context.pipeline().remove(this);
    }

    private void fail(ChannelHandlerContext context, String what) {
        context.channel().attr(FAILURE).setIfAbsent(new ProxyRefusedException("the proxy " + proxy + " " + what));
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(context, "closed the connection before it answered CONNECT " + target);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            fail(
                    context,
                    "broke the connection before it answered CONNECT " + target + " (" + cause.getMessage() + ")");
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timeout != null) {
            timeout.cancel(false);
        }
        head.release();
    }
}
