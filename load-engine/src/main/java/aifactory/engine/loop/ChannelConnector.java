package aifactory.engine.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connections on Netty's channels: for everything that wants a pipeline, and where there is no epoll. */
final class ChannelConnector implements Connector {
    private final LoadLoop loop;
    private final Bootstrap bootstrap;

    ChannelConnector(LoadLoop loop, Bootstrap bootstrap) {
        this.loop = loop;
        this.bootstrap = bootstrap;
    }

    @Override
    public void connect(
            StreamConnection connection,
            SocketAddress address,
            TransportSecurity security,
            Consumer<Wire> opened,
            Consumer<Throwable> failed) {
        ChannelWire wire = new ChannelWire(connection);
        ChannelFuture future = bootstrap.clone().handler(security.setup(wire)).connect(address);
        wire.channel = future.channel();
        future.addListener(result -> {
            if (result.isSuccess()) {
                security.whenSecure(future.channel(), () -> opened.accept(wire), failed);
            } else {
                failed.accept(result.cause());
            }
        });
    }

    /** The last handler of a channel. */
    private final class ChannelWire extends ChannelInboundHandlerAdapter implements Wire {
        private final StreamConnection connection;
        private @Nullable Channel channel;

        ChannelWire(StreamConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            try {
                long readNanos = loop.nanosSinceStart();
                int length = buffer.readableBytes();
                byte[] bytes = loop.scratch(length);
                buffer.readBytes(bytes, 0, length);
                connection.received(bytes, length, readNanos);
            } finally {
                buffer.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connection.closedByServer(loop.nanosSinceStart());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            connection.broken(cause);
        }

        @Override
        public void write(byte[] bytes, Consumer<@Nullable Throwable> written) {
            ChannelFuture future = opened().writeAndFlush(Unpooled.wrappedBuffer(bytes));
            if (future.isDone()) {
                written.accept(future.cause());
            } else {
                future.addListener(done -> written.accept(done.cause()));
            }
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
}
