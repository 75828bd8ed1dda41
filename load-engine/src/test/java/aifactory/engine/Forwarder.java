package aifactory.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntUnaryOperator;

/**
 * A balancer of connections: hands each to the next of its servers, in turn, and copies bytes both ways. Listens on the
 * loopback interface or on a Unix domain socket.
 */
final class Forwarder implements AutoCloseable {
    private final ServerSocketChannel listener;
    private final List<InetSocketAddress> servers;
    private final IntUnaryOperator choice;
    private final AtomicIntegerArray connections;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();

    private Forwarder(SocketAddress address, StandardProtocolFamily family, int backlog, List<URI> servers)
            throws IOException {
        this.listener = ServerSocketChannel.open(family);
        this.servers = servers.stream()
                .map(server -> new InetSocketAddress(server.getHost(), server.getPort()))
                .toList();
        this.choice = number -> number % servers.size();
        this.connections = new AtomicIntegerArray(servers.size());
        listener.bind(address, backlog);
        Thread.ofVirtual().start(this::accept);
    }

    static Forwarder tcp(List<URI> servers) throws IOException {
        return new Forwarder(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                StandardProtocolFamily.INET,
                256,
                servers);
    }

    static Forwarder socket(Path path, int backlog, URI server) throws IOException {
        return new Forwarder(UnixDomainSocketAddress.of(path), StandardProtocolFamily.UNIX, backlog, List.of(server));
    }

    URI address() {
        try {
            return listener.getLocalAddress() instanceof InetSocketAddress network
                    ? URI.create("http://127.0.0.1:" + network.getPort())
                    : URI.create("unix://" + listener.getLocalAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many connections each server was given. */
    List<Integer> connections() {
        return java.util.stream.IntStream.range(0, servers.size())
                .mapToObj(connections::get)
                .toList();
    }

    /** The most connections that were open at the same time. */
    int mostOpen() {
        return mostOpen.get();
    }

    private void accept() {
        int number = 0;
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                channels.add(client);
                int server = choice.applyAsInt(number++);
                connections.incrementAndGet(server);
                mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
                SocketChannel upstream = SocketChannel.open(servers.get(server));
                channels.add(upstream);
                Thread.ofVirtual().start(() -> copy(upstream, client, false));
                Thread.ofVirtual().start(() -> copy(client, upstream, true));
            } catch (IOException e) {
                // Closed, or a server that has ended.
            }
        }
    }

    /** The first end of either closes both. */
    private void copy(SocketChannel from, SocketChannel to, boolean ofClient) {
        ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
        try (from;
                to) {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            // The other end has closed.
        } finally {
            if (ofClient) {
                open.decrementAndGet();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
