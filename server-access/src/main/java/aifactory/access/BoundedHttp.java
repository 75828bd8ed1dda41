package aifactory.access;

import aifactory.workload.AiServerAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client whose exchanges end: each has a largest body and a longest time, from its start to the last byte of
 * the body. It reaches every address that the load reaches, which the JDK's client does not: Unix domain sockets and
 * host names with underscores. Each exchange has a connection and a virtual thread. Uses a proxy only when it is given
 * one, as the load. Thread-safe.
 */
public final class BoundedHttp implements AutoCloseable {
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection", "expect");

    private final SSLContext context;
    private final Duration longestConnect;
    private final @Nullable AiServerAddress proxy;
    private final Set<ServerConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param context for https servers; null for the system's authorities
     * @param longestConnect time to connect
     */
    public BoundedHttp(@Nullable SSLContext context, Duration longestConnect) {
        this(context, longestConnect, null);
    }

    /** @param proxy {@code http://HOST:PORT} of the proxy; null for none */
    public BoundedHttp(@Nullable SSLContext context, Duration longestConnect, @Nullable String proxy) {
        this.context = context == null ? systemContext() : context;
        this.longestConnect = longestConnect;
        this.proxy = proxy == null ? null : AiServerAddress.parse(proxy);
    }

    private static SSLContext systemContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the virtual machine has no TLS", e);
        }
    }

    /**
     * A request.
     *
     * @param path below the server's address
     * @param body JSON; null for none
     */
    public record Request(
            String method, AiServerAddress server, String path, Map<String, String> headers, byte @Nullable [] body) {
        /** @throws IllegalArgumentException when the address is not valid */
        public static Request get(URI server, String path, Map<String, String> headers) {
            return new Request("GET", AiServerAddress.of(server), path, headers, null);
        }

        /** @throws IllegalArgumentException when the address is not valid */
        public static Request post(URI server, String path, Map<String, String> headers, byte[] body) {
            return new Request("POST", AiServerAddress.of(server), path, headers, body);
        }

        private byte[] head(@Nullable AiServerAddress proxy) {
            checkPath(path);
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("host", server.authority());
            fields.put("accept", "application/json");
            fields.put("user-agent", "aifactory");
            if (body != null) {
                fields.put("content-type", "application/json");
                fields.put("content-length", Integer.toString(body.length));
            }
            headers.forEach((name, value) -> {
                String lower = name.toLowerCase(Locale.ROOT);
                checkHeader(name, value);
                if (!FRAMING.contains(lower)) {
                    fields.put(lower, value);
                }
            });
            fields.put("connection", "close");
            boolean absolute = proxy != null && !server.secure() && server.socketPath() == null;
            StringBuilder head = new StringBuilder(method)
                    .append(' ')
                    .append(absolute ? "http://" + server.authority() : "")
                    .append(server.target(path))
                    .append(" HTTP/1.1\r\n");
            fields.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /** A path with a space or a line break would end the first line of the request early. */
    private static void checkPath(String path) {
        if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException("path '" + ServerText.shortened(path)
                    + "' cannot be requested: begin it with / and percent-encode spaces and special characters");
        }
    }

    /** A header with a line break would be more than one, and a value may be a key: it is not repeated. */
    private static void checkHeader(String name, String value) {
        boolean isToken = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
        if (!isToken || value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)) {
            throw new IllegalArgumentException(
                    "header '" + ServerText.shortened(name) + "' has a character that HTTP does not allow");
        }
    }

    /** A response whose body is complete. */
    public record Response(int status, HttpHeaders headers, byte[] body) {
        /** The body as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * Starts an exchange. Cancelling the future ends it.
     *
     * @param longest time until the body is complete; the future fails with a {@link TimeoutException} then
     * @param largestBytes of the body; the future fails with an {@link IOException} beyond it
     * @throws IllegalArgumentException for a header that cannot be sent
     */
    public CompletableFuture<Response> sendAsync(Request request, Duration longest, int largestBytes) {
        byte[] head = request.head(proxy);
        CompletableFuture<Response> response = new CompletableFuture<>();
        ServerConnection connection = new ServerConnection();
        open.add(connection);
        if (closed) {
            connection.close();
        }
        var _ = response.orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, _) -> {
            open.remove(connection);
            connection.close();
        });
        Thread.ofVirtual().name("ai-server-exchange").start(() -> {
            try {
                response.complete(exchange(request, head, connection, largestBytes));
            } catch (IOException | RuntimeException e) {
                response.completeExceptionally(e);
            }
        });
        return response;
    }

    private Response exchange(Request request, byte[] head, ServerConnection connection, int largestBytes)
            throws IOException {
        connection.open(request.server(), proxy, context, longestConnect);
        IOException unsent = null;
        try {
            OutputStream out = connection.output();
            out.write(head);
            if (request.body() != null) {
                out.write(request.body());
            }
            out.flush();
        } catch (IOException e) {
            // A server that refuses a request may answer without having read it.
            unsent = e;
        }
        try {
            return new ResponseReader(connection.input()).read(largestBytes);
        } catch (IOException e) {
            throw unsent == null ? e : unsent;
        }
    }

    /** The same, waited for. An interruption ends the exchange. */
    public Response send(Request request, Duration longest, int largestBytes) throws IOException, InterruptedException {
        CompletableFuture<Response> response = sendAsync(request, longest, largestBytes);
        try {
            return response.get();
        } catch (InterruptedException e) {
            response.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case TimeoutException _ ->
                    throw new HttpTimeoutException("no complete response within " + longest.toMillis() + " ms");
                case null, default -> {
                    var failure = new InterruptedIOException("the exchange was ended: " + e.getCause());
                    failure.initCause(e);
                    throw failure;
                }
            }
        }
    }

    /** Ends all exchanges. */
    @Override
    public void close() {
        closed = true;
        open.forEach(ServerConnection::close);
    }
}
