package aifactory.engine.loop;

import aifactory.engine.stamp.Arrival;
import aifactory.engine.stamp.StampingSocketReader;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Connections on bare sockets of an epoll event loop. A chunk of a stream is small, and there are many streams: what a
 * channel, its pipeline and its buffers add to each read is more than all the rest of the engine does with it, most of
 * it waiting for memory.
 */
final class SocketConnector implements Connector {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long BACKLOG_WAIT_MICROS = 500;

    final LoadLoop loop;
    /** For one read or one write at a time; the data of a read is in {@link #bytes} then. */
    final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    final long bufferAddress = Buffer.memoryAddress(buffer);
    final byte[] bytes = new byte[BUFFER_BYTES];
    /** Null where the kernel does not stamp what arrives, or is not asked to. */
    final @Nullable StampingSocketReader reader;

    private final IoEventLoop eventLoop;
    private final Duration connectTimeout;

    SocketConnector(LoadLoop loop, IoEventLoop eventLoop, Duration connectTimeout) {
        this.loop = loop;
        this.eventLoop = eventLoop;
        this.connectTimeout = connectTimeout;
        this.reader = loop.settings().kernelStamps()
                ? StampingSocketReader.into(buffer).orElse(null)
                : null;
    }

    /** Reads into the buffer: as many bytes as there were, 0 for none, -1 when the server has closed. */
    int receive(LinuxSocket socket, boolean stamped) throws IOException {
        return stamped && reader != null
                ? reader.read(socket.intValue())
                : socket.recvAddress(bufferAddress, 0, BUFFER_BYTES);
    }

    /** When what was read last has arrived; valid until the next read. */
    Arrival arrival(boolean stamped, long earliestNanos) {
        return stamped && reader != null
                ? loop.stamps().stamp(reader.stampNanos(), earliestNanos)
                : loop.stamps().unbounded();
    }

    @Override
    public void connect(
            StreamConnection connection,
            SocketAddress address,
            TransportSecurity security,
            Consumer<Wire> opened,
            Consumer<Throwable> failed) {
        boolean isLocal = address instanceof DomainSocketAddress;
        LinuxSocket socket;
        try {
            socket = isLocal ? LinuxSocket.newSocketDomain() : LinuxSocket.newSocketStream(isIpv6(address));
        } catch (RuntimeException e) {
            eventLoop.execute(() -> failed.accept(e));
            return;
        }
        // The kernel stamps the segments of networks only.
        SocketWire wire = new SocketWire(this, socket, !isLocal, connection, opened, failed);
        try {
            if (!isLocal) {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
            }
        } catch (IOException e) {
            failLater(wire, e);
            return;
        }
        connect(wire, socket, address, loop.nowNanos() + connectTimeout.toNanos());
    }

    private void connect(SocketWire wire, LinuxSocket socket, SocketAddress address, long latestNanos) {
        try {
            socket.connect(address);
        } catch (IOException e) {
            if (NetworkFailure.isBacklogFull(e) && loop.nowNanos() < latestNanos) {
                eventLoop.schedule(
                        () -> connectAgain(wire, socket, address, latestNanos),
                        BACKLOG_WAIT_MICROS,
                        TimeUnit.MICROSECONDS);
            } else {
                failLater(wire, e);
            }
            return;
        }
        Future<IoRegistration> registered = eventLoop.register(wire);
        if (!registered.isSuccess()) {
            Throwable cause = registered.cause();
            failLater(wire, cause == null ? new IllegalStateException("not on the event loop") : cause);
            return;
        }
        Future<?> timeout = eventLoop.schedule(
                () -> wire.failToOpen(new ConnectTimeoutException(
                        "connection timed out after " + connectTimeout.toMillis() + " ms: " + address)),
                connectTimeout.toMillis(),
                TimeUnit.MILLISECONDS);
        wire.watch(registered.getNow(), timeout);
    }

    /** A listener takes the connections that wait; TCP does the same by itself. */
    private void connectAgain(SocketWire wire, LinuxSocket socket, SocketAddress address, long latestNanos) {
        if (wire.isOpening()) {
            connect(wire, socket, address, latestNanos);
        }
    }

    private static boolean isIpv6(SocketAddress address) {
        return address instanceof InetSocketAddress network && network.getAddress() instanceof Inet6Address;
    }

    /** Not at once: the receiver of a failure may open the next connection, and that may fail in turn. */
    private void failLater(SocketWire wire, Throwable cause) {
        eventLoop.execute(() -> wire.failToOpen(cause));
    }

    /**
     * Closes the socket after the events of this round: the system may give its number to the next socket at once,
     * which would then be handed events that were meant for this one.
     */
    void closeLater(LinuxSocket socket) {
        if (eventLoop.isShuttingDown()) {
            close(socket);
        } else {
            eventLoop.execute(() -> close(socket));
        }
    }

    private static void close(LinuxSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // In any case, its number is free again.
        }
    }
}
