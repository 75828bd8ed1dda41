package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.FailureKind;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @Test
    void noFileLeftIsNamedWhoeverNoticesIt() {
        for (int errno : new int[] {23, 24}) {
            assertThat(NetworkFailure.of(Errors.newIOException("newSocketStream", -errno))
                            .kind())
                    .isEqualTo(FailureKind.OUT_OF_FILES);
        }
        assertThat(NetworkFailure.of(new NoFileLeftException()).kind()).isEqualTo(FailureKind.OUT_OF_FILES);
    }

    @ParameterizedTest
    @CsvSource({
        "111,CONNECTION_REFUSED",
        "110,CONNECT_TIMEOUT",
        "101,HOST_UNREACHABLE",
        "113,HOST_UNREACHABLE",
        "99,OUT_OF_PORTS",
        "104,CONNECTION_RESET"
    })
    void theSystemsNumberCountsAndNotItsMessage(int errno, FailureKind kind) {
        Locale usual = Locale.getDefault();
        try {
            Locale.setDefault(Locale.of("tr", "TR"));
            assertThatThrownBy(() -> Errors.handleConnectErrno("finishConnect", -errno))
                    .isInstanceOfSatisfying(
                            IOException.class,
                            thrown ->
                                    assertThat(NetworkFailure.of(thrown).kind()).isEqualTo(kind));
            // As on a system that speaks German.
            IOException german = new ConnectException(
                    "finishConnect(..) failed with error(-" + errno + "): Das ging schief: /10.0.0.1:80");
            assertThat(NetworkFailure.of(german).kind()).isEqualTo(kind);
        } finally {
            Locale.setDefault(usual);
        }
    }

    @Test
    void withoutANumberTheClassCounts() {
        assertThat(NetworkFailure.of(new ConnectException("Verbindungsaufbau abgelehnt"))
                        .kind())
                .isEqualTo(FailureKind.CONNECTION_REFUSED);
        assertThat(NetworkFailure.of(new NoRouteToHostException("kein Weg")).kind())
                .isEqualTo(FailureKind.HOST_UNREACHABLE);
        assertThat(NetworkFailure.of(new BindException("keine Adresse")).kind()).isEqualTo(FailureKind.OUT_OF_PORTS);
        assertThat(NetworkFailure.of(new UnknownHostException("connection refused.example"))
                        .kind())
                .isEqualTo(FailureKind.NAME_RESOLUTION);
        assertThat(NetworkFailure.of(new IOException("timed out, connection refused"))
                        .kind())
                .isEqualTo(FailureKind.CONNECTION_RESET);
    }

    @Test
    void whatBreaksAnOpenConnectionIsNoFailureToConnect() {
        assertThat(NetworkFailure.ofOpenConnection(Errors.newIOException("recvAddress", -110))
                        .kind())
                .isEqualTo(FailureKind.CONNECTION_RESET);
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
