package aifactory.simulator.internal.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends all bytes of a connection in small segments. While segments wait for their turn the channel is not writable, so
 * that the stream behind it waits, too. Owned by its event loop.
 */
final class SegmentingHandler extends ChannelOutboundHandlerAdapter {
    private static final int WRITABILITY_BIT = 1;

    private record Pending(ByteBuf bytes, ChannelPromise promise, int segmentBytes, long gapNanos) {}

    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private int segmentBytes;
    private long gapNanos;
    private boolean isSending;
    private @Nullable ChannelPromise closing;

    private SegmentingHandler() {}

    /** Splits what the connection sends from now on. */
    static void install(ChannelPipeline pipeline, int segmentBytes, long gapNanos) {
        SegmentingHandler handler = pipeline.get(SegmentingHandler.class);
        if (handler == null) {
            handler = new SegmentingHandler();
            pipeline.addFirst(handler);
        }
        handler.segmentBytes = segmentBytes;
        handler.gapNanos = gapNanos;
    }

    /** Sends as usual what the connection sends from now on; what waits is split as it was to be. */
    static void stop(ChannelPipeline pipeline) {
        SegmentingHandler handler = pipeline.get(SegmentingHandler.class);
        if (handler != null) {
            handler.segmentBytes = Integer.MAX_VALUE;
            handler.gapNanos = 0;
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        pending.add(new Pending((ByteBuf) message, promise, segmentBytes, gapNanos));
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (!isSending) {
            sendSegments(context);
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (pending.isEmpty()) {
            var _ = context.close(promise);
        } else {
            closing = promise;
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        for (Pending rest : pending) {
            rest.bytes().release();
        }
        pending.clear();
    }

    private void sendSegments(ChannelHandlerContext context) {
        isSending = true;
        Pending next = pending.peek();
        while (next != null) {
            sendSegment(context, next);
            next = pending.peek();
            if (next != null && next.gapNanos() > 0) {
                setWritable(context, false);
                var _ = context.executor().schedule(() -> sendSegments(context), next.gapNanos(), TimeUnit.NANOSECONDS);
                return;
            }
        }
        isSending = false;
        setWritable(context, true);
        if (closing != null) {
            var _ = context.close(closing);
        }
    }

    private void sendSegment(ChannelHandlerContext context, Pending next) {
        if (next.bytes().readableBytes() > next.segmentBytes()) {
            var _ = context.writeAndFlush(next.bytes().readRetainedSlice(next.segmentBytes()), context.voidPromise());
        } else {
            pending.remove();
            var _ = context.writeAndFlush(next.bytes(), next.promise());
        }
    }

    private static void setWritable(ChannelHandlerContext context, boolean isWritable) {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        if (buffer != null) {
            buffer.setUserDefinedWritability(WRITABILITY_BIT, isWritable);
        }
    }
}
