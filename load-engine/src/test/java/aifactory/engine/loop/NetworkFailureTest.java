package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.FailureKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The operating system's own refusals, as the network library passes them on. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NetworkFailureTest {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @AfterEach
    void endThreads() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** An address from which nothing can be sent gives the very error of a range of ports that is used up. */
    @Test
    void noPortToConnectFromIsNamed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Throwable refusal = refusal(server.getLocalSocketAddress(), new InetSocketAddress("192.0.2.1", 0));

            assertThat(NetworkFailure.of(refusal).kind()).as("%s", refusal).isEqualTo(FailureKind.OUT_OF_PORTS);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ServerSocket taken = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Throwable refusal = refusal(server.getLocalSocketAddress(), taken.getLocalSocketAddress());

            assertThat(NetworkFailure.of(refusal).kind()).as("%s", refusal).isEqualTo(FailureKind.OUT_OF_PORTS);
        }
    }

    @Test
    void aRefusedConnectionIsNamed() throws Exception {
        SocketAddress closed;
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            closed = server.getLocalSocketAddress();
        }
        Throwable refusal = refusal(closed, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        assertThat(NetworkFailure.of(refusal).kind()).as("%s", refusal).isEqualTo(FailureKind.CONNECTION_REFUSED);
    }

    /** The words are those of {@code strerror(EMFILE)} and {@code strerror(ENFILE)}. */
    @Test
    void noFileLeftIsNamedWhoeverNoticesIt() {
        assertThat(NetworkFailure.of(new IOException("newSocketStream(..) failed with error(-24): Too many open files"))
                        .kind())
                .isEqualTo(FailureKind.OUT_OF_FILES);
        assertThat(NetworkFailure.of(new IOException("socket: Too many open files in system"))
                        .kind())
                .isEqualTo(FailureKind.OUT_OF_FILES);
        assertThat(NetworkFailure.of(new NoFileLeftException()).kind()).isEqualTo(FailureKind.OUT_OF_FILES);
    }

    private Throwable refusal(SocketAddress server, SocketAddress from) throws InterruptedException {
        ChannelFuture connecting = new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(server, from)
                .await();
        Throwable cause = connecting.cause();
        if (cause == null) {
            throw new IllegalStateException("connected from " + from);
        }
        return cause;
    }
}
