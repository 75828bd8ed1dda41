package aifactory.access;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server on the loopback interface that answers each request as a script says, byte by byte where it likes. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Script script;
    private final String scheme;
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
    private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Sends the response; throws when the client has closed the connection. */
    @FunctionalInterface
    interface Script {
        /**
         * @param number of the request, from 0
         */
        void answer(int number, OutputStream out, ScriptedServer server) throws IOException, InterruptedException;
    }

    ScriptedServer(Script script) throws IOException {
        this(new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1")), "http", script);
    }

    ScriptedServer(ServerSocket socket, String scheme, Script script) {
        this.socket = socket;
        this.scheme = scheme;
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request with the same status, headers and body. */
    static Script fixed(int status, String headers, String body) {
        return (_, out, _) -> out.write(response(status, headers, body));
    }

    static byte[] response(int status, String headers, String body) {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        return ("HTTP/1.1 " + status + " X\r\n" + headers + "content-length: " + length
                        + "\r\nconnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    URI address() {
        return URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort());
    }

    List<String> heads() {
        return List.copyOf(heads);
    }

    /** A pause of that length, cut short by the end of the server. */
    void pause(long millis) throws InterruptedException {
        boolean _ = closed.await(millis, TimeUnit.MILLISECONDS);
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            int number = heads.size();
            heads.add(head.toString());
            script.answer(number, connection.getOutputStream(), this);
            connection.getOutputStream().flush();
        } catch (IOException | InterruptedException e) {
            // The client has seen enough.
        }
    }

    @Override
    public void close() {
        closed.countDown();
        closeQuietly(socket);
        List.copyOf(open).forEach(ScriptedServer::closeQuietly);
    }

    private static void closeQuietly(@Nullable AutoCloseable resource) {
        try {
            if (resource != null) {
                resource.close();
            }
        } catch (Exception e) {
            // Nothing more is asked of it.
        }
    }
}
