package aifactory.simulator.internal.http;

import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.internal.generation.LoopServices;
import aifactory.simulator.internal.generation.ServerState;
import aifactory.simulator.internal.timing.LoopTimer;
import aifactory.simulator.internal.timing.TimerSlack;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The listening socket and the event loops behind it. Thread-safe. */
public final class HttpServer {
    private static final int BACKLOG = 4096;
    /** What a stream whose client does not read may have waiting in this process. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(16_384, 65_536);

    private static final long SHUTDOWN_LIMIT_SECONDS = 5;

    private final MultiThreadIoEventLoopGroup loops;
    private final ServerBootstrap bootstrap;
    private final ConnectionInitializer connections;
    private final URI address;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final AtomicBoolean isDown = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Channel listener;

    private HttpServer(
            MultiThreadIoEventLoopGroup loops,
            ServerBootstrap bootstrap,
            ConnectionInitializer connections,
            Channel listener,
            URI address) {
        this.loops = loops;
        this.bootstrap = bootstrap;
        this.connections = connections;
        this.listener = listener;
        this.address = address;
    }

    /**
     * Starts to listen as the options say.
     *
     * @throws IOException names the address, what is wrong with it and the remedy
     */
    public static HttpServer start(ServerState state, String version) throws IOException {
        SimulatorOptions options = state.options();
        WarmUp.run(options);
        InetSocketAddress wanted = resolve(options.host(), options.port());
        boolean isEpoll = Epoll.isAvailable();
        IoHandlerFactory handlers = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var loops = new MultiThreadIoEventLoopGroup(
                options.eventLoops(), new DefaultThreadFactory("simulator-loop", true), handlers);
        Class<? extends ServerChannel> channelType =
                isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        var connections = new ConnectionInitializer(state, services(loops, state), version);
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(connections);
        var bind = bootstrap.bind(wanted).awaitUninterruptibly();
        Throwable failure = bind.cause();
        if (failure != null) {
            shutDown(loops);
            throw new IOException(
                    "cannot listen on " + options.host() + ":" + options.port() + " (" + failure.getMessage()
                            + "); choose an address of this machine and a free port, or --port 0 for any free one",
                    failure);
        }
        InetSocketAddress bound = (InetSocketAddress) bind.channel().localAddress();
        HttpServer server =
                new HttpServer(loops, bootstrap, connections, bind.channel(), uri(options.host(), bound.getPort()));
        state.overload().onCrash(server::crash);
        return server;
    }

    /** Dies as a process does, and listens again after so many nanoseconds unless they are negative. */
    private void crash(long downNanos) {
        if (!isDown.compareAndSet(false, true)) {
            return;
        }
        // Not at once: the connection whose request is one too many is about to note what answers it, to give it up
        // when it is closed.
        loops.execute(() -> goDown(downNanos));
    }

    private void goDown(long downNanos) {
        InetSocketAddress bound = (InetSocketAddress) listener.localAddress();
        var _ = listener.close();
        connections.resetAll();
        if (downNanos < 0) {
            ended.countDown();
        } else {
            var _ = loops.schedule(() -> listenAgain(bound), downNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void listenAgain(InetSocketAddress bound) {
        if (isClosed.get()) {
            return;
        }
        var _ = bootstrap.bind(bound).addListener((ChannelFuture bind) -> {
            if (bind.isSuccess()) {
                listener = bind.channel();
                isDown.set(false);
            } else {
                // Another process took the port meanwhile.
                ended.countDown();
            }
        });
    }

    /** Where it listens. */
    public URI address() {
        return address;
    }

    /** Waits until it is closed, or has crashed for good. */
    public void awaitClose() throws InterruptedException {
        ended.await();
    }

    /**
     * Closes everything.
     *
     * @return false when it was closed already
     */
    public boolean close() {
        if (!isClosed.compareAndSet(false, true)) {
            return false;
        }
        listener.close().awaitUninterruptibly();
        shutDown(loops);
        ended.countDown();
        return true;
    }

    private static void shutDown(MultiThreadIoEventLoopGroup loops) {
        Future<?> shutdown = loops.shutdownGracefully(0, SHUTDOWN_LIMIT_SECONDS, TimeUnit.SECONDS);
        shutdown.awaitUninterruptibly(2 * SHUTDOWN_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Map<EventExecutor, LoopServices> services(MultiThreadIoEventLoopGroup loops, ServerState state) {
        Map<EventExecutor, LoopServices> services = new HashMap<>();
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            loop.execute(TimerSlack::minimise);
            LoopTimer timer = new LoopTimer(state.clock(), (delayNanos, call) -> {
                Future<?> wakeUp = loop.schedule(call, delayNanos, TimeUnit.NANOSECONDS);
                return () -> wakeUp.cancel(false);
            });
            services.put(loop, new LoopServices(state, timer, task -> {
                if (loop.inEventLoop()) {
                    task.run();
                } else {
                    loop.execute(task);
                }
            }));
        }
        return services;
    }

    private static InetSocketAddress resolve(String host, int port) throws IOException {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IOException("--host " + host + " is not known here; give an address of this machine", e);
        }
    }

    private static URI uri(String host, int port) {
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }
}
