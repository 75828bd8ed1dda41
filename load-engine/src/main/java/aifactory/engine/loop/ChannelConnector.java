package aifactory.engine.loop;

import aifactory.engine.stamp.StampingSocketReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connections on Netty's channels: for everything that requires a pipeline, and for systems without epoll. */
final class ChannelConnector implements Connector {
    final LoadLoop loop;
    private final Bootstrap bootstrap;
    /** Null where the kernel does not stamp what arrives, or is not asked to. */
    final @Nullable StampingSocketReader reader;

    /** The data passed to the connection in the current read. */
    byte[] bytes = new byte[ReadAllocator.READ_BYTES];

    int length;

    /**
     * @param stamped whether the channels are on sockets of epoll, which the kernel can stamp
     */
    ChannelConnector(LoadLoop loop, Bootstrap bootstrap, boolean stamped) {
        this.loop = loop;
        this.bootstrap = bootstrap;
        this.reader = stamped && loop.settings().kernelStamps()
                ? StampingSocketReader.into(ByteBuffer.allocateDirect(ReadAllocator.READ_BYTES))
                        .orElse(null)
                : null;
    }

    @Override
    public void connect(
            StreamConnection connection,
            SocketAddress address,
            TransportSecurity security,
            Consumer<Wire> opened,
            Consumer<Throwable> failed) {
        ChannelWire wire = new ChannelWire(this, connection);
        ChannelFuture future = bootstrap
                .clone()
                .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadAllocator(wire))
                .handler(security.setup(wire.first(), wire))
                .connect(address);
        Channel channel = future.channel();
        wire.set(channel);
        future.addListener(result -> {
            if (result.isSuccess()) {
                security.whenSecure(channel, () -> opened.accept(wire), failed);
            } else {
                failed.accept(result.cause());
            }
        });
    }

    /** Adds to the data passed to the connection in the current read. */
    void append(ByteBuf buffer) {
        int more = buffer.readableBytes();
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Integer.highestOneBit(length + more) << 1);
        }
        buffer.readBytes(bytes, length, more);
        length += more;
    }
}
