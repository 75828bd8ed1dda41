package aifactory.simulator;

import aifactory.simulator.server.InferenceSimulator;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A connection on which a test sees every byte. Waits at most some seconds for any of them. */
final class RawClient implements AutoCloseable {
    /** How a connection ended. */
    enum End {
        CLOSED,
        RESET
    }

    private static final int LIMIT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;
    private End end = End.CLOSED;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 65_536);
    }

    static RawClient connect(InferenceSimulator server) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    }

    /** The text of a POST of a JSON body. */
    static String post(String path, String json, String... headers) {
        StringBuilder request = new StringBuilder("POST " + path + " HTTP/1.1\r\nhost: test\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return request + "content-length: " + length + "\r\n\r\n" + json;
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Everything up to and with a text, one byte a character. */
    String readUntil(String marker) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!endsWith(read, marker)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed before '" + marker + "', after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static boolean endsWith(StringBuilder text, String marker) {
        int start = text.length() - marker.length();
        return start >= 0 && text.indexOf(marker, start) == start;
    }

    /** All bytes until the connection ends, one character per byte; {@link #end()} then returns how it ended. */
    String readToEnd() throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                read.write(buffer, 0, bytes);
            }
        } catch (SocketException e) {
            end = End.RESET;
        }
        return read.toString(StandardCharsets.ISO_8859_1);
    }

    End end() {
        return end;
    }

    /** Closes the sending side only. */
    void endSending() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
