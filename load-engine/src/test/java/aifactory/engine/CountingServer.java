package aifactory.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that counts the requests that it has at the same time, exactly: one thread does everything, and before it
 * counts a request it checks whether the clients of the others have disconnected. A request ends before its last byte
 * is sent.
 */
final class CountingServer implements AutoCloseable {
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What a request becomes. */
    enum Fate {
        ANSWERED,
        REFUSED,
        CLOSED,
        NEVER_ANSWERED
    }

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final SplittableRandom random;
    private final List<Fate> fates;
    private final long longestNanos;
    private final Thread thread;
    private final byte[] answer = Answers.stream(List.of("a")).getBytes(StandardCharsets.UTF_8);
    private int inFlight;
    private volatile int most;
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean closed;

    private static final class Connection {
        private final SocketChannel channel;
        private String received = "";
        private boolean busy;
        private long dueNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }
    }

    /**
     * @param fates of which each request has one by chance
     * @param longestNanos maximum duration of a request
     */
    CountingServer(long seed, List<Fate> fates, long longestNanos) throws IOException {
        this.random = new SplittableRandom(seed);
        this.fates = fates;
        this.longestNanos = longestNanos;
        this.listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        listener.configureBlocking(false);
        this.selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        this.thread = Thread.ofPlatform().daemon().name("counting-server").start(this::run);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + listener.socket().getLocalPort());
    }

    /** The most requests at the same time so far. */
    int most() {
        return most;
    }

    int requests() {
        return requests.get();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(1);
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); keys.remove()) {
                    SelectionKey key = keys.next();
                    if (key.isValid() && key.isAcceptable()) {
                        accept();
                    } else if (key.isValid() && key.isReadable() && key.attachment() instanceof Connection connection) {
                        read(connection);
                    }
                }
                answerDue();
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Connection(channel));
        }
    }

    private void read(Connection connection) {
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        int length;
        try {
            length = connection.channel.read(buffer);
        } catch (IOException e) {
            length = -1;
        }
        if (length < 0) {
            end(connection);
            return;
        }
        connection.received += new String(buffer.array(), 0, length, StandardCharsets.ISO_8859_1);
        if (isWhole(connection.received)) {
            connection.received = "";
            count(connection);
        }
    }

    private static boolean isWhole(String received) {
        int end = received.indexOf(new String(HEAD_END, StandardCharsets.US_ASCII));
        int length = received.indexOf("content-length: ");
        if (end < 0 || length < 0) {
            return false;
        }
        int bytes = Integer.parseInt(received.substring(length + 16, received.indexOf('\r', length)));
        return received.length() >= end + HEAD_END.length + bytes;
    }

    private void count(Connection counted) {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection other && other != counted && other.busy) {
                read(other);
            }
        }
        counted.busy = true;
        inFlight++;
        requests.incrementAndGet();
        most = Math.max(most, inFlight);
        counted.dueNanos = System.nanoTime() + random.nextLong(longestNanos + 1);
    }

    private void answerDue() throws IOException {
        long now = System.nanoTime();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Connection connection && connection.busy && connection.dueNanos <= now) {
                answer(connection);
            }
        }
    }

    private void answer(Connection connection) throws IOException {
        switch (fates.get(random.nextInt(fates.size()))) {
            case ANSWERED -> {
                free(connection);
                write(connection, answer);
            }
            case REFUSED -> {
                free(connection);
                write(connection, "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            case CLOSED -> end(connection);
            case NEVER_ANSWERED -> connection.dueNanos = Long.MAX_VALUE;
        }
    }

    private static void write(Connection connection, byte[] bytes) throws IOException {
        try {
            connection.channel.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            connection.channel.close();
        }
    }

    private void free(Connection connection) {
        inFlight -= connection.busy ? 1 : 0;
        connection.busy = false;
    }

    private void end(Connection connection) {
        free(connection);
        try {
            connection.channel.close();
        } catch (IOException e) {
            // It has disconnected already.
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
