package aifactory.simulator.internal.http;

import aifactory.simulator.internal.generation.AnswerChannel;
import aifactory.simulator.internal.generation.LoopServices;
import aifactory.simulator.internal.generation.OngoingAnswer;
import aifactory.simulator.internal.timing.ServerClock;
import aifactory.simulator.internal.timing.TimerEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its requests are answered one after the other, in the order in which they came. While requests wait
 * for their turn (a client that pipelines) nothing more is read, so what waits is bounded by one read. Owned by its
 * event loop.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter implements AnswerChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
    private static final long LINGER_MILLIS = 2_000;
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII)
                    .asReadOnly());

    private final LoopServices services;
    private final RequestRouter router;
    private final RequestAssembler assembler;
    private final ArrayDeque<ReceivedRequest> received = new ArrayDeque<>();
    private final TimerEntry endOfStall = new TimerEntry() {
        @Override
        protected void due(long dueNanos) {
            serveReceived();
        }
    };

    private @Nullable ChannelHandlerContext context;
    /** The request that is being answered. */
    private @Nullable ReceivedRequest current;

    private @Nullable OngoingAnswer answer;
    private boolean inServing;
    private boolean isSplitting;
    /** Nothing more is read: an answer to what could not be read is the last one. */
    private boolean isDiscarding;
    /** The client may still be sending what was refused. */
    private boolean isRefused;

    ServerConnection(LoopServices services, RequestRouter router) {
        this.services = services;
        this.router = router;
        assembler = new RequestAssembler(
                services.state().clock(), services.state().options().capacity().maxBodyBytes());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = newContext;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        try {
            if (!isDiscarding) {
                receive(message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void receive(Object message) {
        PlainAnswer refusal = null;
        if (message instanceof HttpRequest head) {
            refusal = assembler.begin(head);
            if (refusal == null && RequestAssembler.awaitsContinue(head) && current == null) {
                var _ = context().writeAndFlush(CONTINUE.duplicate(), context().voidPromise());
            }
        }
        if (refusal == null && message instanceof HttpContent part) {
            refusal = assembler.append(part);
            ReceivedRequest request = refusal == null ? assembler.end(part) : null;
            if (request != null) {
                received.add(request);
                serveReceived();
            }
        }
        if (refusal != null) {
            isDiscarding = true;
            received.clear();
            if (current == null) {
                isRefused = true;
                refusal.sendTo(this, true);
            } else {
                var _ = context().close();
            }
        }
    }

    /** Serves what is received until an answer takes time. */
    private void serveReceived() {
        if (inServing) {
            return;
        }
        inServing = true;
        try {
            while (current == null && !received.isEmpty() && context().channel().isActive()) {
                if (services.state().clock().resumesInNanos() != ServerClock.NOT_STALLED) {
                    services.timer()
                            .schedule(endOfStall, services.state().clock().nanoTime());
                    break;
                }
                ReceivedRequest next = received.remove();
                current = next;
                if (isSplitting) {
                    isSplitting = false;
                    SegmentingHandler.stop(context().pipeline());
                }
                answer = router.route(next, this, services);
            }
        } finally {
            inServing = false;
        }
        context().channel().config().setAutoRead(received.isEmpty());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (answer != null && changed.channel().isWritable()) {
            answer.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        received.clear();
        services.timer().cancel(endOfStall);
        if (answer != null) {
            answer.cancel();
            answer = null;
        }
        closed.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        if (cause instanceof IOException) {
            // The client reset the connection: channelInactive follows and does the rest.
            LOG.debug("connection {} failed: {}", failed.channel(), cause.getMessage());
        } else {
            LOG.error("connection {} failed and is closed", failed.channel(), cause);
        }
        var _ = failed.close();
    }

    @Override
    public ByteBuf allocate(int capacityBytes) {
        return context().alloc().directBuffer(capacityBytes);
    }

    @Override
    public boolean isWritable() {
        return context().channel().isWritable();
    }

    @Override
    public boolean isPersistent() {
        return current != null && current.isPersistent();
    }

    @Override
    public boolean understandsChunks() {
        return current != null && !current.isVersion10();
    }

    @Override
    public void split(int segmentBytes, long gapNanos) {
        isSplitting = true;
        SegmentingHandler.install(context().pipeline(), segmentBytes, gapNanos);
    }

    @Override
    public void send(ByteBuf bytes) {
        var _ = context().writeAndFlush(bytes, context().voidPromise());
    }

    @Override
    public void finish(ByteBuf bytes, boolean closeAfterwards) {
        boolean close = closeAfterwards || !isPersistent();
        answer = null;
        if (close) {
            isDiscarding = true;
            received.clear();
            var _ = context().writeAndFlush(bytes).addListener(isRefused ? this::linger : ChannelFutureListener.CLOSE);
            return;
        }
        var _ = context().writeAndFlush(bytes, context().voidPromise());
        current = null;
        serveReceived();
    }

    @Override
    public void reset() {
        answer = null;
        isDiscarding = true;
        received.clear();
        // With a linger time of zero the kernel answers the close with a reset.
        context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        var _ = context().close();
    }

    /**
     * Ends the sending side and lets the client read the answer: closing while it still sends would reset the
     * connection and the answer might never be seen.
     */
    private void linger(Future<? super Void> written) {
        if (context().channel() instanceof DuplexChannel channel && written.isSuccess()) {
            var _ = channel.shutdownOutput();
            Runnable close = () -> {
                var _ = channel.close();
            };
            var _ = channel.eventLoop().schedule(close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            var _ = context().close();
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return context;
    }
}
