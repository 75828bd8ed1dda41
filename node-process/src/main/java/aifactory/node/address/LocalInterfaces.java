package aifactory.node.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The addresses of this node. */
public final class LocalInterfaces {
    /** Nodes with hundreds of virtual interfaces exist; an error message that lists them all is unreadable. */
    private static final int MAXIMUM_ADDRESSES = 64;

    private LocalInterfaces() {}

    /** Every address that is not loopback, as {@code interface=address}; empty when they cannot be listed. */
    public static List<String> all() {
        List<String> addresses = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                if (each.isUp() && !each.isLoopback()) {
                    usable(each).forEach(address -> addresses.add(each.getName() + "=" + literal(address)));
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return addresses.subList(0, Math.min(MAXIMUM_ADDRESSES, addresses.size()));
    }

    /** The addresses for users. */
    static String describe() {
        List<String> addresses = all();
        return addresses.isEmpty() ? "no address but loopback" : String.join(", ", addresses);
    }

    /** The interface's addresses without link-local ones, IPv4 first. */
    static List<InetAddress> usable(NetworkInterface each) {
        return each.inetAddresses()
                .filter(address -> !address.isLinkLocalAddress())
                .sorted(Comparator.comparingInt(address -> address instanceof Inet4Address ? 0 : 1))
                .toList();
    }

    /** The address as text without a scope. */
    public static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
