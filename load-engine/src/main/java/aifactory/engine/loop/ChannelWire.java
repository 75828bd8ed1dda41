package aifactory.engine.loop;

import aifactory.engine.stamp.Arrival;
import aifactory.engine.stamp.ArrivalClock;
import aifactory.engine.stamp.SegmentCount;
import aifactory.engine.stamp.StampingSocketReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection on a channel. Its {@linkplain #first first handler} stamps each read of the socket; this, the last,
 * gathers what the pipeline makes of it.
 *
 * <p>Belongs to its event loop.
 */
final class ChannelWire extends ChannelInboundHandlerAdapter implements Wire {
    private final ChannelConnector connector;
    private final StreamConnection connection;
    private final Arrival arrival = new Arrival();
    private final TlsRecords records = new TlsRecords();
    private @Nullable Channel channel;
    /** Null where the kernel does not stamp what arrives. */
    private @Nullable SegmentCount segments;

    private int descriptor;
    private int lastLength;
    private boolean reading;
    private boolean opened;
    private long peekedNanos = ArrivalClock.NO_STAMP;
    private long earliestNanos;
    /** Until when the client was last busy with opening the connection, and how long it was not before. */
    private long busyUntilNanos;

    private long openingOfOthersNanos;
    private long writeBeganNanos;
    /** Whether nothing of what is being written has reached the socket. */
    private boolean writing;

    private long fullSinceNanos;
    private long fullNanos;

    ChannelWire(ChannelConnector connector, StreamConnection connection) {
        this.connector = connector;
        this.connection = connection;
        this.earliestNanos = connector.loop.nowNanos();
        this.busyUntilNanos = earliestNanos;
    }

    void set(Channel opening) {
        channel = opening;
    }

    /** The handler that sees the bytes as they came from the socket. */
    ChannelHandler first() {
        return new FirstHandler();
    }

    /** Queries the arrival time of the data in the socket. */
    int peek() {
        StampingSocketReader reader = connector.reader;
        if (segments == null || reader == null) {
            return 0;
        }
        try {
            int length = reader.peek(descriptor);
            peekedNanos = reader.stampNanos();
            return length;
        } catch (IOException e) {
            // The socket is reported as readable only once (edge-triggered).
            PlatformDependent.throwException(e);
            return 0;
        }
    }

    private final class FirstHandler extends ChannelDuplexHandler {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            askForStamps(context.channel());
            context.fireChannelActive();
            busyUntilNanos = connector.loop.nowNanos();
        }

        /**
         * What is written has been encrypted by now: that takes the client's time, which is not to be in the latency.
         */
        @Override
        public void flush(ChannelHandlerContext context) {
            if (writing) {
                writing = false;
                writeBeganNanos = connector.loop.nowNanos();
            }
            context.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            stamp(buffer);
            connector.length = 0;
            reading = true;
            try {
                context.fireChannelRead(message);
            } finally {
                reading = false;
            }
            if (connector.length > 0) {
                connection.received(connector.bytes, connector.length, arrival);
            }
            if (!opened) {
                busyUntilNanos = connector.loop.nowNanos();
            }
            connector.loop.takeUpDue();
        }
    }

    private void askForStamps(Channel active) {
        StampingSocketReader reader = connector.reader;
        boolean stamped = reader != null
                && active instanceof EpollSocketChannel epoll
                && epoll.fd() instanceof Socket socket
                && StampingSocketReader.enable(socket);
        if (stamped && reader != null && active instanceof EpollSocketChannel epoll) {
            descriptor = epoll.fd().intValue();
            segments = new SegmentCount(reader);
            openingOfOthersNanos = connector.loop.stamps().openingOfOthersNanos(reader, descriptor, earliestNanos);
        }
    }

    private void stamp(ByteBuf buffer) {
        if (segments == null) {
            arrival.unbounded(connector.loop.nowNanos());
            return;
        }
        connector.loop.stamps().stamp(peekedNanos, earliestNanos, arrival);
        peekedNanos = ArrivalClock.NO_STAMP;
        lastLength = buffer.readableBytes();
        segments.read(lastLength);
        records.pass(buffer);
        if (!records.isComplete()) {
            arrival.cutOff();
        }
        earliestNanos = arrival.nanos();
        if (!opened) {
            openingOfOthersNanos += Math.max(0, arrival.nanos() - arrival.widthNanos() - busyUntilNanos);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            if (!reading) {
                connector.length = 0;
                arrival.unbounded(connector.loop.nowNanos());
            }
            connector.append(buffer);
            if (!reading) {
                connection.received(connector.bytes, connector.length, arrival);
            }
        } finally {
            buffer.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (segments == null) {
            arrival.unbounded(connector.loop.nowNanos());
        } else {
            connector.loop.stamps().stamp(ArrivalClock.NO_STAMP, earliestNanos, arrival);
        }
        connection.closedByServer(arrival);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        connection.broken(cause);
    }

    @Override
    public void write(byte[] bytes, Consumer<@Nullable Throwable> written) {
        earliestNanos = Math.max(earliestNanos, connector.loop.nowNanos());
        writeBeganNanos = earliestNanos;
        writing = true;
        fullNanos = 0;
        ChannelFuture future = opened().writeAndFlush(Unpooled.wrappedBuffer(bytes));
        if (future.isDone()) {
            written.accept(future.cause());
            return;
        }
        fullSinceNanos = connector.loop.nowNanos();
        future.addListener(done -> {
            long now = connector.loop.nowNanos();
            fullNanos = Math.max(0, now - connector.loop.stamps().lateAtMostNanos(now) - fullSinceNanos);
            written.accept(done.cause());
        });
    }

    @Override
    public long writeBeganNanos() {
        return writeBeganNanos;
    }

    @Override
    public boolean isStamped() {
        return segments != null;
    }

    @Override
    public long openingOfOthersNanos() {
        opened = true;
        return openingOfOthersNanos;
    }

    @Override
    public long fullBufferNanos() {
        return fullNanos;
    }

    @Override
    public boolean isOneBurst() {
        return segments != null && segments.isOneBurst(descriptor, lastLength);
    }

    @Override
    public boolean isOpen() {
        return opened().isActive();
    }

    @Override
    public void close() {
        opened().close();
    }

    private Channel opened() {
        if (channel == null) {
            throw new IllegalStateException("a channel that was never opened");
        }
        return channel;
    }
}
