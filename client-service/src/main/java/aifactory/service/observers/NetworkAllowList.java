package aifactory.service.observers;

import java.net.InetAddress;
import java.util.List;

/** Networks to which something may be sent. Immutable. */
public final class NetworkAllowList {
    private final List<Network> networks;

    private NetworkAllowList(List<Network> networks) {
        this.networks = networks;
    }

    private record Network(byte[] address, int prefixBits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < prefixBits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Reads networks written as {@code ADDRESS/BITS}.
     *
     * @throws IllegalArgumentException names the invalid network
     */
    public static NetworkAllowList of(List<String> texts) {
        return new NetworkAllowList(
                texts.stream().map(NetworkAllowList::network).toList());
    }

    private static Network network(String text) {
        try {
            int slash = text.indexOf('/');
            byte[] address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            int bits = Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > address.length * 8) {
                throw new IllegalArgumentException("bits");
            }
            return new Network(address, bits);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a network: write ADDRESS/BITS, such as 10.0.0.0/8", e);
        }
    }

    /** Whether the address is in one of the networks. */
    public boolean contains(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address.getAddress()));
    }
}
