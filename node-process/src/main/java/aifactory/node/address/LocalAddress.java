package aifactory.node.address;

import aifactory.node.environment.NodeProblemException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one local address that the control port is bound to and that is registered with the service: a given value,
 * the address of a given interface, or the address on the route to the service.
 */
public final class LocalAddress {
    private static final InetSocketAddress NONE = InetSocketAddress.createUnresolved("none", 0);

    private LocalAddress() {}

    /**
     * @param services the service's addresses; with several, the one that first takes a connection shows the route
     * @param interfaceName null to use the route
     * @param value null to use the interface or the route
     * @param patience how long several addresses are tried for
     * @throws NodeProblemException when there is no such address; names what there is
     */
    public static InetAddress find(
            List<URI> services, @Nullable String interfaceName, @Nullable String value, Duration patience)
            throws NodeProblemException, InterruptedException {
        if (value != null) {
            return ofValue(value);
        }
        if (interfaceName != null) {
            return ofInterface(interfaceName);
        }
        return ofRoute(services, patience);
    }

    private static InetAddress ofValue(String value) throws NodeProblemException {
        try {
            InetAddress address = InetAddress.getByName(value);
            if (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) {
                return address;
            }
        } catch (UnknownHostException | SocketException e) {
            // Reported below: a name that does not resolve is not an address of this node either.
        }
        throw new NodeProblemException("'" + value + "' is not an address of this node, which has "
                + LocalInterfaces.describe() + "; give one of them, or leave the address out");
    }

    private static InetAddress ofInterface(String name) throws NodeProblemException {
        try {
            NetworkInterface named = NetworkInterface.getByName(name);
            if (named != null) {
                List<InetAddress> addresses = LocalInterfaces.usable(named);
                if (!addresses.isEmpty()) {
                    return addresses.getFirst();
                }
            }
        } catch (SocketException e) {
            // Reported below.
        }
        throw new NodeProblemException("the interface '" + name + "' has no address on this node, which has "
                + LocalInterfaces.describe() + "; give one of their names, or leave the interface out");
    }

    private static InetAddress ofRoute(List<URI> services, Duration patience)
            throws NodeProblemException, InterruptedException {
        List<InetSocketAddress> resolved = new ArrayList<>();
        for (URI service : services) {
            InetSocketAddress address = new InetSocketAddress(service.getHost(), portOf(service));
            if (!address.isUnresolved()) {
                resolved.add(address);
            }
        }
        if (resolved.isEmpty()) {
            throw new NodeProblemException("the service's addresses do not resolve on this node: "
                    + services.stream().map(URI::toString).collect(Collectors.joining(", "))
                    + "; give the service's address as a number, or one that the compute nodes resolve");
        }
        InetSocketAddress first = resolved.size() == 1 ? resolved.getFirst() : firstToConnect(resolved, patience);
        return routedTo(first);
    }

    /** Connecting a datagram socket sends nothing: it only makes the kernel look up the route. */
    private static InetAddress routedTo(InetSocketAddress service) throws NodeProblemException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(service);
            InetAddress local = socket.getLocalAddress();
            if (service.getAddress().isLoopbackAddress()) {
                return InetAddress.ofLiteral(local instanceof Inet6Address ? "::1" : "127.0.0.1");
            }
            return local;
        } catch (IOException | RuntimeException e) {
            throw new NodeProblemException("this node has no route to the service at " + service.getHostString() + ": "
                    + e.getMessage() + "; this node has " + LocalInterfaces.describe());
        }
    }

    private static InetSocketAddress firstToConnect(List<InetSocketAddress> candidates, Duration patience)
            throws InterruptedException {
        BlockingQueue<InetSocketAddress> outcomes = new LinkedBlockingQueue<>();
        for (InetSocketAddress candidate : candidates) {
            Thread.ofVirtual().start(() -> outcomes.add(connects(candidate, patience) ? candidate : NONE));
        }
        for (int outcome = 0; outcome < candidates.size(); outcome++) {
            InetSocketAddress reached = outcomes.poll(patience.toMillis() + 1_000, TimeUnit.MILLISECONDS);
            if (reached != null && !reached.isUnresolved()) {
                return reached;
            }
        }
        // None answers yet: the route to the first is as good a guess as any, and registration continues to try all.
        return candidates.getFirst();
    }

    private static boolean connects(InetSocketAddress candidate, Duration patience) {
        try (Socket socket = new Socket()) {
            socket.connect(candidate, (int) patience.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int portOf(URI service) {
        if (service.getPort() >= 0) {
            return service.getPort();
        }
        return "https".equals(service.getScheme()) ? 443 : 80;
    }
}
