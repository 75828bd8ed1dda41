package aifactory.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A listener that accepts nothing and whose backlog is full, so that no further connection to it opens. */
final class FullListener implements AutoCloseable {
    private static final int PROBE_MILLIS = 200;
    /** On a busy machine one connection may take as long though there was room for it. */
    private static final int FAILED_PROBES = 3;

    private static final int MOST_CONNECTIONS = 64;

    private final ServerSocket listener;
    private final List<Socket> waiting = new ArrayList<>();

    FullListener() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        int failed = 0;
        while (waiting.size() < MOST_CONNECTIONS) {
            Socket socket = new Socket();
            try {
                socket.connect(listener.getLocalSocketAddress(), PROBE_MILLIS);
                waiting.add(socket);
                failed = 0;
            } catch (SocketTimeoutException e) {
                socket.close();
                failed++;
                if (failed == FAILED_PROBES) {
                    return;
                }
            }
        }
        throw new IllegalStateException("the backlog takes more than " + MOST_CONNECTIONS + " connections");
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : waiting) {
            socket.close();
        }
    }
}
