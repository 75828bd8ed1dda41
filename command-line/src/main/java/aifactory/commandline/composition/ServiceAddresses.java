package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a service listens, and the address under which its clients reach it. The advertised address has the scheme that
 * the service serves. Immutable.
 *
 * @param host the address to listen on
 * @param advertised for clients, port 0 for one that is known later; null where the host itself is the address
 */
public record ServiceAddresses(String host, @Nullable URI advertised) {
    /** Listens on all interfaces. */
    private static final String EVERYWHERE = "0.0.0.0";

    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Decides on both.
     *
     * @param host as the operator gave it; null for the usual one
     * @param given host, host with a port, or URL under which clients reach the service, as the operator gave it; null
     *      for none
     * @param port to listen on, 0 for any free one
     * @param encrypted whether the service serves TLS
     * @param clientsElsewhere whether clients run on other machines
     * @throws CommandFailure names a value that cannot be used and what was expected
     */
    public static ServiceAddresses of(
            @Nullable String host, @Nullable String given, int port, boolean encrypted, boolean clientsElsewhere) {
        String named = given == null || isEveryInterface(given) ? null : given;
        String listening = host != null ? host : usualHost(given, named, clientsElsewhere);
        if (named != null) {
            return new ServiceAddresses(listening, advertised(named, port, encrypted));
        }
        return new ServiceAddresses(
                listening,
                isEveryInterface(listening)
                        ? URI.create(scheme(encrypted) + "://" + thisMachine() + ":" + port)
                        : null);
    }

    private static boolean isEveryInterface(String host) {
        return host.equals(EVERYWHERE) || host.equals("::") || host.equals("[::]");
    }

    private static String usualHost(@Nullable String given, @Nullable String named, boolean clientsElsewhere) {
        if (clientsElsewhere || (given != null && named == null)) {
            return EVERYWHERE;
        }
        return named == null || named.contains("://") ? LOOPBACK : ownAddress(named);
    }

    /**
     * Clients on this machine reach the service under a host only if that is this machine, and the service listens
     * there.
     */
    private static String ownAddress(String named) {
        String host = hostOf(address(named, "http"));
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null) {
                return host;
            }
        } catch (UnknownHostException | SocketException e) {
            // Named below, with what is known of it.
        }
        throw CommandFailure.wrongInput("invalid value for CLIENT_SERVICE_HOST or --advertise: '" + named
                + "' (expected an address of this machine, since the clients of the local dispatcher run here);"
                + " unset it, or use --dispatcher slurm");
    }

    private static URI advertised(String named, int port, boolean encrypted) {
        String scheme = scheme(encrypted);
        URI address = address(named, scheme);
        if (encrypted && !address.getScheme().equals(scheme)) {
            throw CommandFailure.wrongInput("invalid value for --advertise: '" + named
                    + "' (expected https://HOST:PORT, since the service serves TLS)");
        }
        boolean takesPort = !named.contains("://") && address.getPort() < 0;
        return takesPort ? URI.create(scheme + "://" + address.getHost() + ":" + port) : address;
    }

    /** A bare host is a URL of the scheme that is served; a bare IPv6 address gets its brackets. */
    private static URI address(String named, String scheme) {
        boolean isBareIpv6 =
                !named.contains("://") && !named.startsWith("[") && named.indexOf(':') != named.lastIndexOf(':');
        String host = isBareIpv6 ? "[" + named + "]" : named;
        try {
            return ServerAddress.parse(named.contains("://") ? named : scheme + "://" + host);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput("invalid value for CLIENT_SERVICE_HOST or --advertise: '" + named
                    + "' (expected a host such as login1, or a URL such as https://login1:8001)");
        }
    }

    /** The host of what an operator gave, without scheme and port. */
    static String hostOf(String given) {
        return isEveryInterface(given) ? given : hostOf(address(given, "http"));
    }

    private static String hostOf(URI address) {
        return address.getHost().replaceAll("^\\[|\\]$", "");
    }

    private static String scheme(boolean encrypted) {
        return encrypted ? "https" : "http";
    }

    private static String thisMachine() {
        try {
            InetAddress named = InetAddress.getLocalHost();
            if (!named.isLoopbackAddress()) {
                return named.getHostName();
            }
        } catch (UnknownHostException e) {
            // A machine that does not know its own name still has addresses.
        }
        try {
            List<NetworkInterface> interfaces =
                    NetworkInterface.networkInterfaces().toList();
            for (NetworkInterface one : interfaces) {
                if (one.isUp() && !one.isLoopback()) {
                    for (InetAddress address : one.inetAddresses().toList()) {
                        if (address.getAddress().length == 4 && !address.isLinkLocalAddress()) {
                            return address.getHostAddress();
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput("this machine's addresses cannot be read: " + e.getMessage()
                    + "; name one with --advertise HOST or CLIENT_SERVICE_HOST");
        }
        throw CommandFailure.wrongInput("this machine has no address that other machines could reach;"
                + " name one with --advertise HOST or CLIENT_SERVICE_HOST");
    }
}
