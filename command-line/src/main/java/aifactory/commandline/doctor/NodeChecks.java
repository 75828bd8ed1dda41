package aifactory.commandline.doctor;

import aifactory.access.BoundedHttp;
import aifactory.access.UnixSockets;
import aifactory.measurement.MonotonicClock;
import aifactory.protocol.CertificatePin;
import aifactory.workload.AiServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks from this machine the ways that a client process uses: to the Client Service, to the AI servers, and its own
 * port.
 */
public final class NodeChecks {
    private static final int CONNECT_MILLIS = 5_000;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int DISCARD_PORT = 9;
    private static final int LARGEST_RESPONSE_BYTES = 8 << 20;
    private static final String SERVICE = "Client Service";

    private final String node;
    private final MonotonicClock clock;
    private final List<NodeCheck> checks = new ArrayList<>();

    private final @Nullable String certificateSha256;

    private NodeChecks(String node, @Nullable String certificateSha256, MonotonicClock clock) {
        this.node = node;
        this.certificateSha256 = certificateSha256;
        this.clock = clock;
    }

    /**
     * Runs all checks.
     *
     * @param certificateSha256 of the one certificate that the Client Service may show; null to use the authorities
     *      trusted here
     * @param clientPort that the client process would listen on
     */
    public static NodeReport run(
            String node,
            List<URI> services,
            @Nullable String certificateSha256,
            List<URI> aiServers,
            int clientPort,
            MonotonicClock clock) {
        NodeChecks checks = new NodeChecks(node, certificateSha256, clock);
        for (URI service : services) {
            checks.target(SERVICE, service, service.getHost(), port(service), service.resolve("/health"));
        }
        for (URI server : aiServers) {
            checks.aiServer(server);
        }
        checks.ownPort(clientPort);
        return new NodeReport(node, checks.checks);
    }

    private static int port(URI target) {
        return target.getPort() > 0 ? target.getPort() : "https".equals(target.getScheme()) ? 443 : 80;
    }

    private void aiServer(URI server) {
        AiServerAddress address = AiServerAddress.of(server);
        String path = address.socketPath();
        if (path == null) {
            target("AI server", server, address.host(), address.effectivePort(), server);
            return;
        }
        try {
            UnixSockets.check(path);
            checks.add(NodeCheck.passed("socket " + path, "exists and may be connected to"));
            askAiServer(server);
        } catch (UnixSockets.Problem e) {
            checks.add(NodeCheck.failed(
                    "socket " + path,
                    String.valueOf(e.getMessage()),
                    "run the clients on the node of the AI server, as a user who may use its socket"));
        }
    }

    private void target(String kind, URI target, String host, int port, URI asked) {
        InetAddress address = name(kind, host);
        if (address == null) {
            return;
        }
        if (address.isLoopbackAddress()) {
            checks.add(NodeCheck.failed(
                    kind + " " + target,
                    host + " is the loopback address: on " + node + " that is " + node + " itself",
                    kind.equals("AI server")
                            ? "name the AI server by an address that the nodes know (--ai-server)"
                            : "set CLIENT_SERVICE_HOST to a host that the nodes know, and serve with --host 0.0.0.0"));
            return;
        }
        route(kind, address);
        if (connect(kind, host, address, port)) {
            if (kind.equals(SERVICE)) {
                answer(asked);
            } else {
                askAiServer(asked);
            }
        }
    }

    /**
     * Any response of an API shows that the server is there: not every server has a list of models, or shows it without
     * a key.
     */
    private void askAiServer(URI server) {
        String what = "AI server " + server;
        try (BoundedHttp http = new BoundedHttp(null, ANSWER)) {
            int status = http.send(
                            BoundedHttp.Request.get(server, "/v1/models", Map.of()), ANSWER, LARGEST_RESPONSE_BYTES)
                    .status();
            boolean isFine = status < 300 || (status >= 400 && status < 500);
            checks.add(
                    isFine
                            ? NodeCheck.passed(what, "answers " + status + " to GET /v1/models")
                            : NodeCheck.failed(
                                    what,
                                    "answers " + status + " to GET /v1/models",
                                    "another program may listen there, or a proxy stands between: compare with curl -v "
                                            + server + "/v1/models"));
        } catch (IOException e) {
            checks.add(NodeCheck.failed(
                    what,
                    "does not answer HTTP: " + words(e),
                    "another program may listen there; compare with curl -v " + server + "/v1/models"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            checks.add(NodeCheck.failed(what, "interrupted", "check again"));
        }
    }

    private @Nullable InetAddress name(String kind, String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!host.equals(address.getHostAddress())) {
                checks.add(NodeCheck.passed("name " + host, "is " + address.getHostAddress()));
            }
            return address;
        } catch (UnknownHostException e) {
            checks.add(NodeCheck.failed(
                    "name " + host,
                    node + " does not know it",
                    "use the address instead of the name, or a name that the nodes know"
                            + (kind.equals("AI server") ? " (--ai-server)" : " (CLIENT_SERVICE_HOST)")));
            return null;
        }
    }

    /** Which of this machine's addresses and interfaces the way takes; nothing is sent. */
    private void route(String kind, InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address, DISCARD_PORT);
            InetAddress local = socket.getLocalAddress();
            NetworkInterface device = NetworkInterface.getByInetAddress(local);
            checks.add(NodeCheck.passed(
                    "way to " + kind,
                    "from " + local.getHostAddress() + (device == null ? "" : " (" + device.getName() + ")")));
        } catch (IOException | IllegalArgumentException | UncheckedIOException e) {
            checks.add(NodeCheck.failed(
                    "way to " + kind,
                    node + " has no way to " + address.getHostAddress() + " (" + words(e) + "); its addresses are "
                            + addresses(),
                    "use an address of a network that the nodes are on; a login node often has one for each"));
        }
    }

    private boolean connect(String kind, String host, InetAddress address, int port) {
        String what = "port " + host + ":" + port;
        long start = clock.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            checks.add(NodeCheck.passed(
                    what,
                    String.format(
                            Locale.ROOT,
                            "connects in %.1f ms",
                            (clock.nanoTime() - start) / (double) TimeUnit.MILLISECONDS.toNanos(1))));
            return true;
        } catch (SocketTimeoutException e) {
            checks.add(NodeCheck.failed(
                    what,
                    "no answer within " + CONNECT_MILLIS / 1000 + " s: something between " + node + " and " + host
                            + " drops the packets",
                    "the port is blocked: ask the site to open it, or use another "
                            + (kind.equals("AI server") ? "port for the AI server" : "one (serve --port)")));
        } catch (NoRouteToHostException e) {
            checks.add(NodeCheck.failed(
                    what,
                    words(e),
                    "use an address of a network that the nodes are on, or ask the site whether a firewall rejects"));
        } catch (ConnectException e) {
            checks.add(refused(kind, what, words(e)));
        } catch (IOException e) {
            checks.add(NodeCheck.failed(what, words(e), "ask the site whether a firewall rejects this port"));
        }
        return false;
    }

    private static NodeCheck refused(String kind, String what, String words) {
        boolean timedOut = words.toLowerCase(Locale.ROOT).contains("timed out");
        return NodeCheck.failed(
                what,
                words,
                timedOut
                        ? "the port is blocked: ask the site to open it, or use another"
                        : kind.equals("AI server")
                                ? "nothing listens there: is the AI server running, and on this port?"
                                : "nothing listens there: is the service running, and on more than 127.0.0.1 (serve"
                                        + " --host)?");
    }

    private void answer(URI target) {
        String what = SERVICE + " " + target;
        if (certificateSha256 != null && !"https".equals(target.getScheme())) {
            checks.add(NodeCheck.failed(
                    what,
                    "is not https, though the service serves TLS: clients refuse it",
                    "serve with --advertise https://HOST:PORT"));
            return;
        }
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(ANSWER);
        if (certificateSha256 != null) {
            builder.sslContext(CertificatePin.context(certificateSha256));
        }
        try (HttpClient client = builder.build()) {
            HttpResponse<InputStream> response = client.send(
                    HttpRequest.newBuilder(target).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofInputStream());
            response.body().close();
            int status = response.statusCode();
            boolean isFine = status < 400;
            checks.add(
                    isFine
                            ? NodeCheck.passed(what, "answers " + status)
                            : NodeCheck.failed(
                                    what,
                                    "answers " + status,
                                    "another program may listen there, or a proxy stands between: compare with"
                                            + " curl -v " + target));
        } catch (IOException e) {
            checks.add(NodeCheck.failed(
                    what,
                    "does not answer HTTP: " + words(e),
                    "another program may listen there; compare with curl -v " + target));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            checks.add(NodeCheck.failed(what, "interrupted", "check again"));
        }
    }

    private void ownPort(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            checks.add(NodeCheck.passed("own port " + port, "is free"));
            socket.getLocalPort();
        } catch (IOException e) {
            // Not a failure: a client takes another port then.
            checks.add(NodeCheck.passed("own port " + port, "is taken; clients take another"));
        }
    }

    private static String addresses() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(device.getInetAddresses())) {
                    if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                        addresses.add(address.getHostAddress() + " (" + device.getName() + ")");
                    }
                }
            }
        } catch (SocketException e) {
            addresses.add("not known: " + e.getMessage());
        }
        return addresses.isEmpty() ? "none" : String.join(", ", addresses);
    }

    private static String words(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
