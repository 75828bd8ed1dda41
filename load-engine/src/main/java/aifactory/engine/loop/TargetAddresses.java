package aifactory.engine.loop;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that a name stands for. Connections are opened to them in turn, since several addresses are several
 * replicas. A name can be {@linkplain #lookUpAgain looked up again} while connections are opened. Thread-safe.
 */
final class TargetAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(TargetAddresses.class);

    private final NameService names;
    private final String host;
    private final int port;
    private final boolean isName;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<SocketAddress> addresses;

    /** Gives the addresses of a name; may block. */
    @FunctionalInterface
    interface NameService {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private TargetAddresses(NameService names, String host, int port, boolean isName, List<SocketAddress> addresses) {
        this.names = names;
        this.host = host;
        this.port = port;
        this.isName = isName;
        this.addresses = addresses;
    }

    /** One address that does not change. */
    static TargetAddresses fixed(SocketAddress address) {
        return new TargetAddresses(InetAddress::getAllByName, address.toString(), 0, false, List.of(address));
    }

    /** Looks a host up; may block. An unknown name has no addresses. */
    static TargetAddresses of(String host, int port) {
        return of(InetAddress::getAllByName, host, port);
    }

    /** By another service of names. */
    static TargetAddresses of(NameService names, String host, int port) {
        return new TargetAddresses(names, host, port, !isLiteral(host), lookUp(names, host, port));
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    /**
     * Addresses of the kind of the first only: a name that has an IPv4 and an IPv6 address usually has one server,
     * which may listen on one of them.
     */
    private static List<SocketAddress> lookUp(NameService names, String host, int port) {
        try {
            InetAddress[] all = names.lookUp(host);
            return Arrays.stream(all)
                    .filter(address -> address.getClass() == all[0].getClass())
                    .distinct()
                    .<SocketAddress>map(address -> new InetSocketAddress(address, port))
                    .toList();
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /** Whether looking it up again may give other addresses. */
    boolean isName() {
        return isName;
    }

    boolean isKnown() {
        return !addresses.isEmpty();
    }

    /** The address of the next connection; null while there is none. */
    @Nullable
    SocketAddress next() {
        List<SocketAddress> current = addresses;
        return switch (current.size()) {
            case 0 -> null;
            case 1 -> current.getFirst();
            default -> current.get(Math.floorMod(turn.getAndIncrement(), current.size()));
        };
    }

    /**
     * An address and its port as records have them; null where the host was no name, so that every request has the same
     * one.
     */
    @Nullable
    String described(SocketAddress address) {
        return isName && address instanceof InetSocketAddress network
                ? network.getAddress().getHostAddress() + ":" + network.getPort()
                : null;
    }

    /** Looks the name up again; may block. Addresses that were known stay when it is not known now. */
    void lookUpAgain() {
        List<SocketAddress> found = lookUp(names, host, port);
        List<SocketAddress> before = addresses;
        if (!found.isEmpty() && !(found.size() == before.size() && found.containsAll(before))) {
            LOG.info("'{}' now has the addresses {}", host, found);
            addresses = found;
        }
    }
}
