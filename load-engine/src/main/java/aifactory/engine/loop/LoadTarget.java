package aifactory.engine.loop;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An AI server as the connections see it.
 *
 * @param addresses that connections are opened to: the server's own, or those of a proxy
 * @param name the host's name or the socket's path, for messages
 */
record LoadTarget(TargetAddresses addresses, String name, TransportSecurity security) {
    /** Where the next connection goes; null while the name is not known on this node. */
    @Nullable
    SocketAddress nextAddress() {
        return addresses.next();
    }
}
