package aifactory.service.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Forwards to a PostgreSQL server and cuts the connection at a commit, on request. Thread-safe. */
final class CuttingProxy implements AutoCloseable {
    private static final String COMMIT = "COMMIT";

    private final ServerSocket listener;
    private final int serverPort;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NONE);
    private final AtomicInteger cuts = new AtomicInteger();

    enum Cut {
        NONE,
        /** The server never receives the commit. */
        BEFORE_COMMIT,
        /** The server has committed; its answer is not passed on. */
        AFTER_COMMIT
    }

    CuttingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    void cutNext(Cut cut) {
        next.set(cut);
    }

    /** How often it has cut. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                AtomicReference<Cut> state = new AtomicReference<>(Cut.NONE);
                Thread.ofVirtual().start(() -> toServer(client, server, state));
                Thread.ofVirtual().start(() -> toClient(client, server, state));
            } catch (IOException e) {
                // Closed, or the server is unavailable.
            }
        }
    }

    private void toServer(Socket client, Socket server, AtomicReference<Cut> state) {
        byte[] bytes = new byte[65_536];
        try (client;
                server) {
            InputStream from = client.getInputStream();
            OutputStream to = server.getOutputStream();
            for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                boolean commits = new String(bytes, 0, read, StandardCharsets.ISO_8859_1).contains(COMMIT);
                if (commits) {
                    Cut cut = next.getAndSet(Cut.NONE);
                    state.set(cut);
                    if (cut == Cut.BEFORE_COMMIT) {
                        cuts.incrementAndGet();
                        return;
                    }
                }
                to.write(bytes, 0, read);
                to.flush();
            }
        } catch (IOException e) {
            // Either side has closed, and the other is closed now.
        }
    }

    private void toClient(Socket client, Socket server, AtomicReference<Cut> state) {
        byte[] bytes = new byte[65_536];
        try (client;
                server) {
            InputStream from = server.getInputStream();
            OutputStream to = client.getOutputStream();
            for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                if (state.get() == Cut.AFTER_COMMIT) {
                    // What comes is the answer: it has committed.
                    cuts.incrementAndGet();
                    return;
                }
                to.write(bytes, 0, read);
                to.flush();
            }
        } catch (IOException e) {
            // Either side has closed, and the other is closed now.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
