package aifactory.engine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** A server whose every byte is the test's. It reads whole requests and has a script answer each. */
final class ScriptedServer implements AutoCloseable {
    private static final int BACKLOG = 64;

    /** What the server does with a request. */
    @FunctionalInterface
    interface Script {
        /**
         * Answers one request.
         *
         * @return whether the connection stays open for another
         */
        boolean answer(Exchange exchange) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final boolean secure;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * A request as it came.
     *
     * @param head without the empty line
     */
    record Request(String head, String body) {}

    /** One request and the way to answer it. */
    final class Exchange {
        private final Socket socket;
        private final Request request;

        private Exchange(Socket socket, Request request) {
            this.socket = socket;
            this.request = request;
        }

        Request request() {
            return request;
        }

        void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Has the connection closed when no further request comes for so long. */
        void closeWhenIdleFor(int millis) throws IOException {
            socket.setSoTimeout(millis);
        }

        /** Has the connection reset instead of closed when it ends. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
        }

        /** Waits until the client has closed its end, or the server is closed. */
        void awaitClientGone() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // What comes is not looked at.
            }
        }

        /** Waits until the server is closed. */
        void awaitServerClosed() throws InterruptedException {
            closed.await();
        }
    }

    private ScriptedServer(ServerSocketFactory sockets, boolean secure, boolean needsClientCertificate, Script script)
            throws IOException {
        this.listener = sockets.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        this.secure = secure;
        this.script = script;
        if (listener instanceof SSLServerSocket ssl) {
            ssl.setNeedClientAuth(needsClientCertificate);
        }
        Thread.ofVirtual().start(this::accept);
    }

    static ScriptedServer plain(Script script) throws IOException {
        return new ScriptedServer(ServerSocketFactory.getDefault(), false, false, script);
    }

    static ScriptedServer secure(ServerSocketFactory sockets, boolean needsClientCertificate, Script script)
            throws IOException {
        return new ScriptedServer(sockets, true, needsClientCertificate, script);
    }

    URI address() {
        return address("127.0.0.1");
    }

    URI address(String host) {
        return URI.create((secure ? "https://" : "http://") + host + ":" + listener.getLocalPort());
    }

    /** What has arrived so far, in order. */
    List<Request> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream input = new BufferedInputStream(socket.getInputStream());
            for (Request request = read(input); request != null; request = read(input)) {
                requests.add(request);
                if (!script.answer(new Exchange(socket, request))) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client has disconnected, or the test has ended.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private static @Nullable Request read(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int value = input.read();
            if (value < 0) {
                return null;
            }
            head.append((char) value);
        }
        int length = 0;
        for (String line : head.toString().split("\r\n")) {
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
        byte[] body = input.readNBytes(length);
        return new Request(head.toString().strip(), new String(body, StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        die();
    }

    /** Closes the listener and every connection. */
    void die() throws IOException {
        closed.countDown();
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
