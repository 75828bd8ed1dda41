package aifactory.simulator.internal.http;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.generation.LoopServices;
import aifactory.simulator.internal.generation.ServerState;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sets up connections as they are accepted, up to the bound on their number. Thread-safe. */
final class ConnectionInitializer extends ChannelInitializer<Channel> {
    private static final HttpDecoderConfig DECODER = new HttpDecoderConfig()
            .setMaxInitialLineLength(8192)
            .setMaxHeaderSize(65_536)
            .setMaxChunkSize(65_536);

    private final ServerState state;
    private final Map<EventExecutor, LoopServices> services;
    private final RequestRouter router;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger openConnections = new AtomicInteger();
    private final AtomicLong connections = new AtomicLong();

    ConnectionInitializer(ServerState state, Map<EventExecutor, LoopServices> services, String version) {
        this.state = state;
        this.services = services;
        router = new RequestRouter(state, version);
    }

    /** Resets every connection, as the kernel does for a process that has died. */
    void resetAll() {
        for (Channel channel : open) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        var _ = open.close();
    }

    @Override
    protected void initChannel(Channel channel) {
        open.add(channel);
        if (openConnections.incrementAndGet() > state.options().capacity().maxConnections()) {
            openConnections.decrementAndGet();
            state.metrics().countRefusedConnection();
            var _ = channel.close();
            return;
        }
        var _ = channel.closeFuture().addListener(_ -> openConnections.decrementAndGet());
        state.metrics().countConnection();
        LoopServices ofLoop = services.get(channel.eventLoop());
        if (ofLoop == null) {
            throw new IllegalStateException("accepted on a foreign event loop");
        }
        channel.pipeline().addLast(new HttpRequestDecoder(DECODER), new ServerConnection(ofLoop, router));
        delayIfSlow(channel);
    }

    private void delayIfSlow(Channel channel) {
        AnswerFaults faults = state.faults().ofConnection(connections.getAndIncrement());
        if (faults.has(FaultKind.SLOW_ACCEPT)) {
            channel.config().setAutoRead(false);
            var _ = channel.eventLoop()
                    .schedule(
                            () -> channel.config().setAutoRead(true),
                            faults.number(FaultKind.SLOW_ACCEPT, FaultParameter.FOR, 0),
                            TimeUnit.NANOSECONDS);
        }
    }
}
