package aifactory.client.control;

import aifactory.client.control.ControlRoutes.Route;
import aifactory.client.progress.LogContext;
import aifactory.node.address.LocalInterfaces;
import aifactory.node.environment.NodeProblemException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's own HTTP port, for users and Prometheus; the service never depends on reaching it. Bound to one
 * address alone. Bounded in threads, waiting requests, connections, the size of a request and the time to send one.
 */
public final class ControlPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPort.class);
    private static final int BACKLOG = 64;
    private static final int THREADS = 4;
    private static final int WAITING_REQUESTS = 64;
    private static final int MAXIMUM_BODY_BYTES = 256 << 10;
    private static final int MAXIMUM_CONNECTIONS = 256;
    private static final int MAXIMUM_REQUEST_SECONDS = 20;
    private static final int MAXIMUM_ANSWER_SECONDS = 90;

    static {
        // The JDK's server takes these bounds from system properties alone, once; unset, they are unlimited.
        bound("jdk.httpserver.maxConnections", MAXIMUM_CONNECTIONS);
        bound("sun.net.httpserver.maxReqTime", MAXIMUM_REQUEST_SECONDS);
        bound("sun.net.httpserver.maxRspTime", MAXIMUM_ANSWER_SECONDS);
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    private final HttpServer server;
    private final ExecutorService executor;

    private ControlPort(HttpServer server) {
        this.server = server;
        this.executor = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING_REQUESTS),
                Thread.ofPlatform().daemon().name("control-port-", 0).factory());
        server.setExecutor(executor);
    }

    private static void bound(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }

    /**
     * Listens at the preferred port, or at a free one when that is taken. Connections wait until {@link #serve}.
     *
     * @param preferredPort 0 for any
     * @throws NodeProblemException when the address cannot be listened at
     */
    public static ControlPort listen(InetAddress address, int preferredPort) throws NodeProblemException {
        try {
            try {
                return new ControlPort(HttpServer.create(new InetSocketAddress(address, preferredPort), BACKLOG));
            } catch (BindException e) {
                ControlPort other = new ControlPort(HttpServer.create(new InetSocketAddress(address, 0), BACKLOG));
                LOG.info(
                        "port {} on {} cannot be bound ({}); listening at {} instead",
                        preferredPort,
                        LocalInterfaces.literal(address),
                        e.getMessage(),
                        other.port());
                return other;
            }
        } catch (IOException e) {
            throw new NodeProblemException("cannot listen at " + LocalInterfaces.literal(address) + ", port "
                    + preferredPort + " or a free one: " + e.getMessage() + "; give another address or interface");
        }
    }

    /** Answers requests from now on. May be called once. */
    public void serve(ControlRoutes routes, LogContext log) {
        server.createContext("/", exchange -> log.run(() -> handle(routes, exchange)));
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** {@code http://ADDRESS:PORT}. */
    public URI uri() {
        InetAddress address = server.getAddress().getAddress();
        String literal = LocalInterfaces.literal(address);
        String host = address instanceof Inet6Address ? "[" + literal + "]" : literal;
        return URI.create("http://" + host + ":" + port());
    }

    private static void handle(ControlRoutes routes, HttpExchange exchange) {
        try (exchange) {
            send(exchange, answer(routes, exchange));
        } catch (IOException e) {
            LOG.debug("a client of the control port disconnected: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ControlAnswer answer(ControlRoutes routes, HttpExchange exchange)
            throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        Route route = path == null ? null : routes.find(path);
        if (route == null) {
            return ControlAnswer.error(
                    404, "Not found", "no such route; there are /run, /status, /observer, /stop, /metrics and /health");
        }
        if (!route.method().equals(exchange.getRequestMethod())) {
            exchange.getResponseHeaders().set("Allow", route.method());
            return ControlAnswer.error(405, "Method not allowed", path + " takes " + route.method());
        }
        if (!routes.admits(route, exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return ControlAnswer.error(
                    401, "Unauthorized", "the group's token is required, as 'Authorization: Bearer TOKEN'");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAXIMUM_BODY_BYTES + 1);
        if (body.length > MAXIMUM_BODY_BYTES) {
            return ControlAnswer.error(
                    413,
                    "Content too large",
                    "a request of more than " + MAXIMUM_BODY_BYTES + " bytes is not accepted");
        }
        try {
            return route.handler().answer(body);
        } catch (RuntimeException e) {
            LOG.error("{} failed", path, e);
            return ControlAnswer.error(500, "Internal error", path + " failed; see the log of this client");
        }
    }

    private static void send(HttpExchange exchange, ControlAnswer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        try (OutputStream output = exchange.getResponseBody()) {
            output.write(answer.body());
        }
    }

    /** Stops listening and ends what is being answered. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
