package aifactory.engine.warmup;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Answers every request on the loopback interface with the same stream of chunks, or the same JSON. It serves this
 * process alone and lives for a moment.
 */
final class WarmUpServer implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final int CHUNKS = 64;
    private static final int LONGEST_LINE = 16_384;

    private final ServerSocket listener;
    private final byte[] answer;

    WarmUpServer(boolean streaming) throws IOException {
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        answer = streaming ? stream() : json();
        Thread.ofVirtual().name("warm-up-server").start(this::accept);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
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
            OutputStream output = socket.getOutputStream();
            while (readRequest(input)) {
                // In two pieces, so that answers that come in several reads are exercised too.
                int half = answer.length / 2;
                output.write(answer, 0, half);
                output.flush();
                output.write(answer, half, answer.length - half);
                output.flush();
            }
        } catch (IOException e) {
            // The engine has closed the connection.
        }
    }

    private static boolean readRequest(InputStream input) throws IOException {
        int length = 0;
        for (String line = line(input); ; line = line(input)) {
            if (line == null) {
                return false;
            }
            if (line.isEmpty()) {
                input.skipNBytes(length);
                return true;
            }
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring(16));
            }
        }
    }

    private static @Nullable String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int value = input.read(); value >= 0 && line.length() < LONGEST_LINE; value = input.read()) {
            if (value == '\n') {
                return line.toString();
            }
            if (value != '\r') {
                line.append((char) value);
            }
        }
        return null;
    }

    private static byte[] stream() {
        StringBuilder body = new StringBuilder();
        chunk(body, "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
        for (int i = 0; i < CHUNKS; i++) {
            chunk(
                    body,
                    "{\"id\":\"warm-up\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"text\":\""
                            + " word\",\"delta\":{\"content\":\" word " + i + "\"},\"finish_reason\":null}]}");
        }
        chunk(body, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        chunk(body, "{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":" + CHUNKS + "}}");
        chunk(body, "[DONE]");
        body.append("0\r\n\r\n");
        return ("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void chunk(StringBuilder body, String data) {
        String event = "data: " + data + "\n\n";
        body.append(Integer.toHexString(event.length()))
                .append("\r\n")
                .append(event)
                .append("\r\n");
    }

    private static byte[] json() {
        String body =
                "{\"choices\":[{\"index\":0,\"text\":\"word\",\"message\":{\"content\":\"word\"},\"finish_reason\":\"stop\"}],"
                        + "\"data\":[{\"embedding\":[0.1]}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}";
        return ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
