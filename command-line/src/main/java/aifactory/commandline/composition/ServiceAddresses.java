package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Under which address other machines reach a service on this one. */
public final class ServiceAddresses {
    /** Listens on all interfaces. */
    public static final String EVERYWHERE = "0.0.0.0";

    private ServiceAddresses() {}

    /**
     * The address for clients of a service that listens on that host.
     *
     * @param port 0 for one that is known later
     * @return null where the host itself is the address
     */
    public static @Nullable URI advertised(String host, int port) {
        boolean everywhere = host.equals(EVERYWHERE) || host.equals("::") || host.equals("[::]");
        return everywhere ? URI.create("http://" + thisMachine() + ":" + port) : null;
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
                    + "; name one with --advertise http://ADDRESS:PORT");
        }
        throw CommandFailure.wrongInput("this machine has no address that other machines could reach;"
                + " name one with --advertise http://ADDRESS:PORT");
    }
}
