package aifactory.engine.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.util.function.Consumer;

/** How a connection's bytes are protected. */
interface TransportSecurity {
    /** No protection. */
    TransportSecurity NONE = new TransportSecurity() {
        @Override
        public boolean isPlain() {
            return true;
        }

        @Override
        public ChannelHandler setup(ChannelHandler first, ChannelHandler last) {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(first, last);
                }
            };
        }

        @Override
        public void whenSecure(Channel channel, Runnable ready, Consumer<Throwable> failed) {
            ready.run();
        }
    };

    /** Whether the bytes of a connection are those on the socket, so that a channel's pipeline has nothing to do. */
    default boolean isPlain() {
        return false;
    }

    /**
     * What a new channel is set up with so that the connection reads and writes plain bytes.
     *
     * @param first sees the bytes as they came from the socket
     * @param last sees them plain
     */
    ChannelHandler setup(ChannelHandler first, ChannelHandler last);

    /** Calls the one or the other on the event loop when the opened channel can be used. */
    void whenSecure(Channel channel, Runnable ready, Consumer<Throwable> failed);
}
