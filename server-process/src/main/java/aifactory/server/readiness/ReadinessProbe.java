package aifactory.server.readiness;

import aifactory.access.BoundedHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks whether a server is ready, one step at a time: it answers its health check at the address that clients will
 * use, it has produced a first real token, and it has answered a number of further requests. Used by one thread, except
 * the methods that are documented otherwise.
 */
public final class ReadinessProbe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST_BODY_BYTES = 4 << 20;
    private static final int CONNECT_MILLIS = 1_000;

    private final BoundedHttp http;
    private final String host;
    private final int port;
    private final String base;
    private final String healthPath;
    private final int requests;
    private final FirstToken token;
    private final Map<String, String> headers;
    private int answered;
    private volatile boolean healthy;
    private volatile String waitsFor = "it has not been checked yet";
    private @Nullable String model;
    private boolean modelAsked;

    /** Of a server that requires no key. */
    public ReadinessProbe(String host, int port, String healthPath, int requests) {
        this(host, port, healthPath, requests, Map.of());
    }

    /**
     * @param requests to be answered before the server counts as warm, at least one
     * @param environment of the server: a key that it is given there is sent with every request
     */
    public ReadinessProbe(String host, int port, String healthPath, int requests, Map<String, String> environment) {
        this.headers = ServerKey.headers(environment);
        this.http = new BoundedHttp(null, PATIENCE);
        this.host = host;
        this.port = port;
        this.base = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        this.healthPath = healthPath;
        this.requests = requests;
        this.token = new FirstToken(http, base, headers);
    }

    /** {@code http://HOST:PORT}. */
    public String address() {
        return base;
    }

    /**
     * One step.
     *
     * @return what it still waits for; empty when the server is ready
     */
    public Optional<String> look() throws InterruptedException {
        Optional<String> problem = step();
        waitsFor = problem.orElse("");
        return problem;
    }

    private Optional<String> step() throws InterruptedException {
        if (!healthy) {
            Optional<String> problem = health();
            if (problem.isPresent()) {
                return problem;
            }
            healthy = true;
        }
        if (!modelAsked) {
            model = model();
            modelAsked = true;
        }
        while (answered < requests) {
            waitsFor = "it has not answered its request " + (answered + 1) + " for a token (it does answer "
                    + healthPath + ")";
            Optional<String> problem = token.ask(model);
            if (problem.isPresent()) {
                return problem;
            }
            answered++;
        }
        return Optional.empty();
    }

    /** What it still waits for, or was waiting for when it was asked last; may be called from any thread. */
    public String waitsFor() {
        return waitsFor;
    }

    /** Whether it answers its health check at all; may be called from any thread. */
    public boolean isHealthy() {
        return healthy;
    }

    private Optional<String> health() throws InterruptedException {
        try {
            int status =
                    http.send(get(healthPath), PATIENCE, LARGEST_BODY_BYTES).status();
            return status == 200 ? Optional.empty() : Optional.of(healthPath + " answers " + status);
        } catch (ConnectException e) {
            return Optional.of(
                    listensHereOnly()
                            ? "it listens only at 127.0.0.1, where no other node reaches it: give its command --host"
                                    + " {host}"
                            : "nothing listens at " + base + " yet");
        } catch (IOException e) {
            return Optional.of(healthPath + " does not answer: " + e);
        }
    }

    private boolean listensHereOnly() {
        if (host.equals("127.0.0.1")) {
            return false;
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What the server calls its model; null where it does not say. */
    private @Nullable String model() throws InterruptedException {
        try {
            BoundedHttp.Response answer = http.send(get("/v1/models"), PATIENCE, LARGEST_BODY_BYTES);
            JsonNode id = JsonMapper.shared().readTree(answer.text()).at("/data/0/id");
            return id.isString() ? id.stringValue() : null;
        } catch (IOException | JacksonException e) {
            return null;
        }
    }

    private BoundedHttp.Request get(String path) {
        return BoundedHttp.Request.get(URI.create(base), path, headers);
    }

    @Override
    public void close() {
        http.close();
    }
}
