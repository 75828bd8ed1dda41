package aifactory.service.groups;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which addresses belong to the nodes of a group's job. The nodes come from the dispatcher and their addresses from the
 * name service; what a process says of itself counts for nothing. Thread-safe.
 */
public final class NodeAddresses {
    private static final int MOST_REMEMBERED = 10_000;

    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private volatile List<String> nodes = List.of();

    /** The nodes that the job has now. */
    public void setNodes(List<String> newNodes) {
        if (!newNodes.isEmpty() && !newNodes.equals(nodes)) {
            nodes = List.copyOf(newNodes);
            accepted.clear();
        }
    }

    /** Empty as long as the dispatcher has not said. */
    public List<String> nodes() {
        return nodes;
    }

    /**
     * Whether the host is one of the job's nodes. Blocks for the name service the first time that it is asked for a
     * host; the caller holds no lock.
     *
     * @param host an address in numbers, or the name of a node
     */
    public boolean contains(String host) {
        List<String> known = nodes;
        String plain = host.replaceAll("^\\[|\\]$|%.*", "");
        if (accepted.contains(plain) || known.stream().anyMatch(plain::equalsIgnoreCase)) {
            return true;
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(plain);
        } catch (IllegalArgumentException e) {
            // A name that is not a node's may mean one address now and another one later.
            return false;
        }
        boolean belongs = known.stream().anyMatch(node -> isOf(node, address)) || isNamedAfterOne(known, address);
        if (belongs && accepted.size() < MOST_REMEMBERED) {
            accepted.add(plain);
        }
        return belongs;
    }

    private static boolean isOf(String node, InetAddress address) {
        try {
            InetAddress[] ofNode = InetAddress.getAllByName(node);
            boolean isThisMachine = false;
            for (InetAddress each : ofNode) {
                if (each.equals(address)) {
                    return true;
                }
                isThisMachine |= isLocal(each);
            }
            return isThisMachine && isLocal(address);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isLocal(InetAddress address) {
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /**
     * A node with several networks has a name on each, {@code node1-ib0} or {@code node1.ib}; the name service has to
     * confirm it.
     */
    private static boolean isNamedAfterOne(List<String> nodes, InetAddress address) {
        // Looks the name up again, and returns the number unless that leads back to it.
        String name = address.getCanonicalHostName().toLowerCase(Locale.ROOT);
        if (name.equals(address.getHostAddress())) {
            return false;
        }
        return nodes.stream()
                .map(node -> node.toLowerCase(Locale.ROOT).replaceFirst("\\..*", ""))
                .anyMatch(node -> name.equals(node) || name.startsWith(node + ".") || name.startsWith(node + "-"));
    }
}
